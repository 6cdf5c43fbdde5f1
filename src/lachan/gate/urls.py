"""Addresses of the gate."""

from django.urls import path

from lachan.gate import (
    carry_views,
    guest_views,
    lost_views,
    offline_views,
    paper_views,
    pass_views,
    slip_views,
    unmatched_views,
    views,
)

urlpatterns = [
    path("gate/", views.camera, name="camera"),
    path("gate/scan", views.scan, name="scan"),
    path("gate/desk/", views.desk, name="desk"),
    path("gate/no-code/", guest_views.enter, name="enter"),
    path("gate/no-code/slip.pdf", guest_views.guest_slip, name="guest_slip"),
    path("gate/no-fit", views.does_not_fit, name="does_not_fit"),
    path("gate/pictures/", views.photo, name="photo"),
    path("gate/kiosk/", views.kiosk, name="kiosk"),
    path("gate/choose/", views.choose, name="choose"),
    path("gate/keys.json", offline_views.keys, name="keys"),
    path("gate/pack.json", offline_views.pack, name="pack"),
    path("gate/enrol", offline_views.enrol, name="enrol"),
    path("gate/manifest.json", offline_views.manifest, name="manifest"),
    path("gate/sw.js", offline_views.worker, name="worker"),
    path("gate/carry/", carry_views.carry, name="carry"),
    path("gate/paper/", paper_views.sheets, name="sheets"),
    path("gate/paper/new/", paper_views.hand_out, name="hand_out"),
    path("gate/paper/<str:series>.pdf", paper_views.sheets_to_print, name="sheets_pdf"),
    path("gate/paper/<str:number>/", paper_views.sheet, name="sheet"),
    path("gate/unmatched/", unmatched_views.unmatched, name="unmatched"),
    path(
        "gate/unmatched/<str:day>/<uuid:scan>/", unmatched_views.unmatched_one, name="unmatched_one"
    ),
    path("pass/", pass_views.home, name="pass"),
    path("pass/lost/", lost_views.lost, name="lost"),
    path("gate/lost/", lost_views.lost_for, name="lost_for"),
    path("gate/lost/slip.pdf", lost_views.slip_for, name="lost_slip"),
    path("pass/slip.pdf", pass_views.slip_pdf, name="slip"),
    path("pass/declared/<uuid:declaration>.pdf", slip_views.declared_pdf, name="declared_slip"),
]
