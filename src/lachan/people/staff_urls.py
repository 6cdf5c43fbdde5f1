"""Addresses of staff sign-in under the bare names by which the library looks them up."""

from django.urls import path

from lachan.people import staff_views

urlpatterns = [
    path("sign-in/staff/", staff_views.login, name="account_login"),
    path("sign-in/staff/code/", staff_views.second_factor, name="mfa_authenticate"),
    path("sign-in/staff/password/", staff_views.password_again, name="account_reauthenticate"),
    path("sign-in/staff/protection/", staff_views.second_factor_home, name="mfa_index"),
    path("sign-in/staff/protection/app/", staff_views.set_up, name="mfa_activate_totp"),
    path("sign-in/staff/protection/app/remove/", staff_views.remove, name="mfa_deactivate_totp"),
    path(
        "sign-in/staff/protection/codes/",
        staff_views.recovery_codes,
        name="mfa_view_recovery_codes",
    ),
    path(
        "sign-in/staff/protection/codes/new/",
        staff_views.new_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "sign-in/staff/at/<str:provider_id>/",
        staff_views.organisation,
        name="openid_connect_login",
    ),
    path(
        "sign-in/staff/at/<str:provider_id>/back/",
        staff_views.organisation_answer,
        name="openid_connect_callback",
    ),
]
