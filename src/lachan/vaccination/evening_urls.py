"""Pages of the evening: reconciliation, paper, the daily report, the national outbox."""

from django.urls import path

from lachan.vaccination import (
    backentry_views,
    evening_report_views,
    evening_views,
    national_views,
)

SESSION = "vaccination/sessions/<uuid:session>/"
SHEET = "vaccination/paper/<uuid:book>/<int:number>/"
REPORTS = "vaccination/day-reports/"

EVENING = [
    path(f"{SESSION}balance/", evening_views.evening, name="evening"),
    path(f"{SESSION}balance/count/", evening_views.count, name="evening_count"),
    path(f"{SESSION}balance/reasons/", evening_views.explain, name="evening_explain"),
    path(f"{SESSION}balance/close/", evening_views.balance, name="evening_balance"),
    path(f"{SESSION}sheets/", backentry_views.paper, name="paper"),
    path(SHEET, backentry_views.key, name="paper_key"),
    path(f"{SHEET}settle/", backentry_views.settle, name="paper_settle"),
    path(f"{SHEET}confirm/", backentry_views.confirm, name="paper_confirm"),
    path("vaccination/paper/<uuid:book>/spoil/", backentry_views.spoil, name="paper_spoil"),
    path(REPORTS, evening_report_views.reports, name="day_reports"),
    path(f"{REPORTS}freeze/", evening_report_views.freeze, name="day_report_freeze"),
    path(f"{REPORTS}<uuid:report>/", evening_report_views.report, name="day_report"),
    path(
        "vaccination/day-reports/<uuid:report>.<str:ending>",
        evening_report_views.report_file,
        name="day_report_file",
    ),
    path("vaccination/national/", national_views.national, name="national"),
    path("vaccination/national/export/", national_views.export, name="national_export"),
    path("vaccination/national/answers/", national_views.answers, name="national_answers"),
    path(
        "vaccination/national/files/<uuid:file>.<str:ending>",
        national_views.file,
        name="national_file",
    ),
    path(
        "vaccination/national/<uuid:entry>/resend/", national_views.resend, name="national_resend"
    ),
]
