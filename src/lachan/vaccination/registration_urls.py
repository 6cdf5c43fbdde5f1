"""Addresses of registration, lists of organisations, invitations and the public order."""

from django.urls import path

from lachan.vaccination import (
    area_views,
    invitation_views,
    queue_views,
    registration_views,
    unit_views,
)

_ONE = "vaccination/registrations/<uuid:registration_id>/"

REGISTRATION = [
    path("my-vaccination/", registration_views.own, name="own"),
    path("my-vaccination/register/", registration_views.register_own, name="register_own"),
    path("vaccination/order/", queue_views.order, name="order"),
    path("vaccination/order.<slug:ending>", queue_views.download, name="order_file"),
    path("vaccination/areas/", area_views.areas, name="areas"),
    path("vaccination/areas/<uuid:proof_id>/end/", area_views.end, name="area_end"),
    path("vaccination/registrations/", registration_views.desk, name="registration_desk"),
    path(_ONE, registration_views.registration, name="registration"),
    path(f"{_ONE}questions/", registration_views.questions, name="registration_questions"),
    path(f"{_ONE}wishes/", registration_views.wishes, name="registration_wishes"),
    path(f"{_ONE}consent/", registration_views.consent, name="registration_consent"),
    path(f"{_ONE}withdraw/", registration_views.withdraw, name="registration_withdraw"),
    path(f"{_ONE}groups/", registration_views.prove, name="registration_prove"),
    path(f"{_ONE}receipt/", registration_views.receipt, name="registration_receipt"),
    path(
        "vaccination/invitations/<uuid:invitation_id>/answer/",
        registration_views.answer,
        name="invitation_answer",
    ),
    path("vaccination/lists/", unit_views.lists, name="unit_lists"),
    path("vaccination/lists/template.xlsx", unit_views.template, name="unit_template"),
    path("vaccination/lists/<uuid:list_id>/", unit_views.unit_list, name="unit_list"),
    path("vaccination/lists/<uuid:list_id>/copy/", unit_views.copy, name="unit_copy"),
    path("vaccination/lists/<uuid:list_id>/columns/", unit_views.columns, name="unit_columns"),
    path("vaccination/lists/<uuid:list_id>/destroy/", unit_views.let_go, name="unit_let_go"),
    path("vaccination/invitations/", invitation_views.sessions, name="invitation_sessions"),
    path(
        "vaccination/sessions/<uuid:session_id>/invitations/",
        invitation_views.invitations,
        name="invitations",
    ),
    path(
        "vaccination/sessions/<uuid:session_id>/evening/",
        invitation_views.evening,
        name="invitation_evening",
    ),
    path(
        "vaccination/sessions/<uuid:session_id>/evening/<uuid:registration_id>/",
        invitation_views.call,
        name="invitation_call",
    ),
]
