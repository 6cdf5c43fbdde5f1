"""Settings of the libraries behind staff sign-in: allauth (second factor, OIDC) and axes.

Everything of theirs runs as the door role (`config.routers`).  Why each stands so: decision 12.
"""

import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

#: allauth and axes, after our rooms, so that our templates win.
SIGN_IN_APPS = [
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
]
SIGN_IN_MIDDLEWARE = [
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "lachan.people.staff_door.StaffBackend",
]
LOGIN_REDIRECT_URL = "/"
#: seconds; the library's own signed cookie lives no longer than a session of staff.
SESSION_COOKIE_AGE = 12 * 60 * 60

ACCOUNT_ADAPTER = "lachan.people.staff_door.StaffAdapter"
ACCOUNT_FORMS = {
    "login": "lachan.people.staff_forms.StaffLoginForm",
    "reauthenticate": "lachan.people.staff_forms.PasswordAgainForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "handle"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_UNIQUE_EMAIL = False
#: The address to come back to, as the organisation knows it; production stands behind TLS.
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if os.environ.get("LACHAN_HOST") else "http"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
#: axes counts instead: in the database, so that every process knows.
ACCOUNT_RATE_LIMITS = False

MFA_ADAPTER = "lachan.people.staff_door.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "lachan.people.staff_forms.SecondFactorForm",
    "activate_totp": "lachan.people.staff_forms.SetUpForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "La Chan"
#: steps of 30 s before and after: telephones in the field have wrong clocks.
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True

SOCIALACCOUNT_ADAPTER = "lachan.people.staff_door.OrganisationAdapter"
SOCIALACCOUNT_ONLY = False
#: A form would be stopped by `form-action 'self'` when it is sent on to the organisation.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
#: Together: nobody elsewhere can lock an officer out, and a thief still needs the second factor.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "username"
AXES_LOCKOUT_CALLABLE = "lachan.people.staff_door.locked"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
#: `core_session` already says who came in.
AXES_DISABLE_ACCESS_LOG = True
AXES_SENSITIVE_PARAMETERS = [
    *("username", "ip_address", "login", "code", "csrfmiddlewaretoken", "next"),
]


def oidc_providers(environment: Mapping[str, str]) -> list[dict[str, Any]]:
    """Organisations whose staff sign in at their own identity provider.

    `LACHAN_OIDC` names them ("cdc,hospital"); of each, `LACHAN_OIDC_CDC_ISSUER`, `_CLIENT`,
    `_SECRET` and the words on the button, `_NAME`.  KeyError names what is missing.
    """
    names = [name.strip() for name in environment.get("LACHAN_OIDC", "").split(",")]
    found = []
    for name in filter(None, names):
        prefix = f"LACHAN_OIDC_{name.upper()}"
        found.append(
            {
                "provider_id": name,
                "name": environment.get(f"{prefix}_NAME", name),
                "client_id": environment[f"{prefix}_CLIENT"],
                "secret": environment[f"{prefix}_SECRET"],
                "settings": {"server_url": environment[f"{prefix}_ISSUER"]},
            }
        )
    return found


SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"APPS": oidc_providers(os.environ), "OAUTH_PKCE_ENABLED": True}
}
