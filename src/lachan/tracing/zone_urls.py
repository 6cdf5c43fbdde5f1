"""Addresses of zones."""

from django.urls import path

from lachan.tracing import zone_inside_views, zone_views

ZONES = [
    path("zones/", zone_views.board, name="zones"),
    path("zones/plan/", zone_views.plan, name="zone_plan"),
    path("zones/propose/", zone_views.propose, name="zone_propose"),
    path("zones/<uuid:zone_id>/", zone_views.zone, name="zone"),
    path("zones/decisions/<uuid:decision_id>/report/", zone_views.report, name="zone_report"),
    path(
        "zones/decisions/<uuid:decision_id>/resources/",
        zone_views.resources,
        name="zone_resources",
    ),
    path("zones/decisions/<uuid:decision_id>/decide/", zone_views.decide, name="zone_decide"),
    path("zones/decisions/<uuid:decision_id>/adjust/", zone_views.adjust, name="zone_adjust"),
    path("zones/decisions/<uuid:decision_id>/end/", zone_views.end, name="zone_end"),
    path(
        "zones/decisions/<uuid:decision_id>/decision.docx",
        zone_views.decision_docx,
        name="zone_docx",
    ),
    path(
        "zones/decisions/<uuid:decision_id>/decision.pdf", zone_views.decision_pdf, name="zone_pdf"
    ),
    path(
        "zones/decisions/<uuid:decision_id>/ending.docx",
        zone_views.ending_docx,
        name="zone_ending_docx",
    ),
    path(
        "zones/decisions/<uuid:decision_id>/ending.pdf",
        zone_views.ending_pdf,
        name="zone_ending_pdf",
    ),
    path("zones/papers/<uuid:file_id>/", zone_views.paper, name="zone_paper"),
    path(
        "zones/decisions/<uuid:decision_id>/inside/", zone_inside_views.inside, name="zone_inside"
    ),
    path(
        "zones/decisions/<uuid:decision_id>/inside/<uuid:person_id>/presence/",
        zone_inside_views.presence,
        name="zone_presence",
    ),
    path(
        "zones/decisions/<uuid:decision_id>/inside/<uuid:person_id>/need/",
        zone_inside_views.need,
        name="zone_need",
    ),
    path(
        "zones/decisions/<uuid:decision_id>/rounds/", zone_inside_views.rounds, name="zone_rounds"
    ),
    path(
        "zones/decisions/<uuid:decision_id>/rounds/<uuid:round_id>/done/",
        zone_inside_views.round_done,
        name="zone_round_done",
    ),
    path(
        "zones/decisions/<uuid:decision_id>/rounds/<uuid:round_id>/ask/",
        zone_inside_views.round_ask,
        name="zone_round_ask",
    ),
    path(
        "zones/decisions/<uuid:decision_id>/passes/", zone_inside_views.passes, name="zone_passes"
    ),
    path(
        "zones/decisions/<uuid:decision_id>/passes/<uuid:pass_id>/withdraw/",
        zone_inside_views.pass_withdrawn,
        name="zone_pass_withdrawn",
    ),
    path("tracing/<uuid:case_id>/zone/", zone_views.case_zone, name="case_zone"),
]
