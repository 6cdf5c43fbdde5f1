"""Django for one view, with a pool of connections."""

from lachan.config.dsn import dsn_of
from lachan.config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.checkin.plain_view"
ALLOWED_HOSTS = ["*"]
DATABASES = {
    "default": dsn_of("app"),
    "gate": dsn_of("gate") | {"CONN_MAX_AGE": 0},
}
DATABASES["gate"]["OPTIONS"] |= {"pool": {"min_size": 4, "max_size": 32, "timeout": 60}}
