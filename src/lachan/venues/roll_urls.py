"""Addresses of lists, rooms, the market's night, tickets, trips and feasts."""

from django.urls import path

from lachan.venues import absence_views, market_views, outing_views, roll_views, room_views

urlpatterns = [
    path("roll/", roll_views.unit, name="unit"),
    path("roll/today/", absence_views.absences, name="absences"),
    path("roll/today/sheet.xlsx", absence_views.day_sheet, name="day_sheet"),
    path("roll/today/file/", absence_views.take_sheet, name="take_sheet"),
    path("roll/people/", roll_views.members, name="members"),
    path("roll/people/new/", roll_views.add_member, name="add_member"),
    path("roll/people/<uuid:member>/", roll_views.member, name="member"),
    path("roll/people/<uuid:member>/words/", roll_views.rewrite_member, name="rewrite_member"),
    path("roll/people/<uuid:member>/leave/", roll_views.leave, name="leave"),
    path("roll/lists/", roll_views.take_in, name="take_in"),
    path("roll/lists/<uuid:file>/", roll_views.roll_file, name="roll_file"),
    path("roll/lists/<uuid:file>/copy/", roll_views.roll_copy, name="roll_copy"),
    path("roll/lists/<uuid:file>/let-go/", roll_views.let_go, name="let_go"),
    path("roll/rows/<uuid:place>/", market_views.row, name="row"),
    path("roll/rooms/", room_views.rooms, name="rooms"),
    path("roll/rooms/<uuid:place>/beds/", room_views.beds, name="beds"),
    path("roll/night/", market_views.night, name="night"),
    path("roll/night/in/", market_views.vehicle_in, name="vehicle_in"),
    path("roll/night/<uuid:delivery>/out/", market_views.vehicle_out, name="vehicle_out"),
    path("roll/tickets/", market_views.tickets, name="tickets"),
    path("roll/tickets/print/", market_views.print_tickets, name="print_tickets"),
    path("roll/tickets/check/", market_views.check_ticket, name="check_ticket"),
    path("t/<str:code>", market_views.ticket, name="ticket"),
    path("roll/outings/", outing_views.outings, name="outings"),
    path("roll/outings/<uuid:outing>/", outing_views.outing, name="outing"),
    path("roll/outings/<uuid:outing>/file/", outing_views.guests_file, name="guests_file"),
    path("roll/outings/<uuid:outing>/tables/", outing_views.lay_tables, name="lay_tables"),
    path("units/absent/", absence_views.with_symptoms, name="with_symptoms"),
    path("units/outings/", outing_views.outings_here, name="outings_here"),
    path("units/outings/<uuid:outing>/", outing_views.outing_list, name="outing_list"),
]
