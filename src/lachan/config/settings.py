"""The settings of the one installation, read from the environment and the data folder.

Epidemiological parameters are not settings: they are versioned rows of the rulebook.
"""

import os
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from lachan.config.dsn import dsn_of
from lachan.config.home import Home, HomeRefused, Secrets
from lachan.config.sign_in_settings import *  # noqa: F403  # one file for one subject
from lachan.config.sign_in_settings import SIGN_IN_APPS, SIGN_IN_MIDDLEWARE

PACKAGE = Path(__file__).resolve().parents[1]
HOME = Home.default()


def LACHAN_SECRETS() -> Secrets:  # a setting that is read when first needed
    """Keys and passwords of this installation."""
    return HOME.secrets()


def _secret_key() -> str:
    try:
        return LACHAN_SECRETS().django_secret_key
    except HomeRefused:
        # Type checks and `makemigrations --check` load settings before there is an installation.
        return token_urlsafe(48)


SECRET_KEY = _secret_key()
DEBUG = False
PRODUCTION_HOST = os.environ.get("LACHAN_HOST", "")
ALLOWED_HOSTS = [PRODUCTION_HOST] if PRODUCTION_HOST else ["localhost", "127.0.0.1", "[::1]"]
SECURE = bool(PRODUCTION_HOST)
# The proxy of docs/how-to/deploy.md speaks TLS and sets this header itself, whoever sent one.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION_HOST else None
CSRF_TRUSTED_ORIGINS = [f"https://{PRODUCTION_HOST}"] if PRODUCTION_HOST else []

ROOMS = [
    "core",
    "ui",
    "places",
    "people",
    "rulebook",
    "governance",
    "notices",
    "declarations",
    "venues",
    "sampling",
    "vaccination",
    "proximity",
    "isolation",
    "tracing",
    "gate",
    "corrections",
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    *[f"lachan.{room}" for room in ROOMS if (PACKAGE / room / "apps.py").exists()],
    *SIGN_IN_APPS,
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "lachan.core.middleware.PrincipalMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    *SIGN_IN_MIDDLEWARE,
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "lachan.config.urls"
ASGI_APPLICATION = "lachan.config.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                *(["lachan.ui.context.shell"] if (PACKAGE / "ui" / "context.py").exists() else []),
            ],
        },
    }
]

# `default` is the app role: row security holds.  `door` serves sign-in alone.  `owner` exists only
# where the environment gives it: migrations, partitions, the engine's feeder; never the web.
_LASTING = {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
DATABASES = {"default": dsn_of("app") | _LASTING, "door": dsn_of("door") | _LASTING}
if os.environ.get("LACHAN_DSN_OWNER"):
    DATABASES["owner"] = dsn_of("owner")
DATABASE_ROUTERS = ["lachan.config.routers.DoorRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The session's secret travels in its own cookie; Django's session holds messages and language only.
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
LOGIN_URL = "/sign-in/"

# The demo and the tests speak to the sandbox gateway; production names its own.
LACHAN_GATEWAY_URL = os.environ.get("LACHAN_GATEWAY_URL", "http://127.0.0.1:8009")

AUTH_USER_MODEL = "people.Account"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "lachan_language"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

NOTHING = ("'none'",)
OWN = ("'self'",)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": NOTHING,
        "script-src": OWN,
        "style-src": OWN,
        "img-src": ("'self'", "data:", "blob:"),
        "font-src": OWN,
        "connect-src": OWN,
        "worker-src": OWN,
        "manifest-src": OWN,
        "form-action": OWN,
        "frame-ancestors": NOTHING,
        "base-uri": NOTHING,
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
