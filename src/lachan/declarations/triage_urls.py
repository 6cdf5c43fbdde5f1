"""Pages of calling back, of the daily link and of paper sheets."""

from django.urls import path

from lachan.declarations import daily_views, paper_views, triage_views

urlpatterns = [
    path("triage/", triage_views.triage, name="triage"),
    path("triage/list.<str:ending>", triage_views.triage_file, name="triage_file"),
    path("triage/next/", triage_views.triage_next, name="triage_next"),
    path("triage/<uuid:task_id>/", triage_views.triage_task, name="triage_task"),
    path("triage/<uuid:task_id>/take/", triage_views.triage_take, name="triage_take"),
    path("triage/<uuid:task_id>/elsewhere/", triage_views.triage_elsewhere, name="elsewhere"),
    # without an account
    path("h/<str:code>", daily_views.daily_page, name="daily"),
    path("h/<str:code>/<uuid:day>/", daily_views.daily_form, name="daily_form"),
    # citizens
    path("me/health/", daily_views.my_days, name="my_days"),
    # paper
    path("paper/", paper_views.sheets, name="paper"),
    path("paper/issue/", paper_views.issue, name="paper_issue"),
    path("paper/void/", paper_views.void, name="paper_void"),
    path("paper/<uuid:series>.pdf", paper_views.print_sheets, name="paper_print"),
    path("paper/key/", paper_views.find, name="paper_find"),
    path("paper/key/<str:number>/new/", paper_views.new_person, name="paper_new"),
    path("paper/key/<str:number>/<uuid:person>/", paper_views.sheet, name="paper_sheet"),
]
