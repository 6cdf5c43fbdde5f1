"""Where each database role connects: the environment first, then the data folder's secrets.

`LACHAN_DSN_APP`, `LACHAN_DSN_DOOR`, `LACHAN_DSN_OWNER` and `LACHAN_DSN_GATE` are connection
strings (URL or keywords).  The supervisor hands each process only those of its work.
"""

import os
from typing import Any

from lachan.config.home import Home, HomeRefused
from lachan.config.postgres import Postgres

#: The database of an installation.
DATABASE = "lachan"


def conninfo_of(role: str) -> str:
    """The connection string of `app`, `gate`, `door` or `owner`.

    Raises HomeRefused when the environment names none and the data folder has no secrets yet.
    """
    named = os.environ.get(f"LACHAN_DSN_{role.upper()}")
    if named:
        return named
    return Postgres(Home.default()).dsn(f"lachan_{role}", DATABASE)


def dsn_of(role: str) -> dict[str, Any]:
    """The entry of `role` for Django's DATABASES, without a pool.

    Before the first `lachan up` there are no secrets; then the entry has no password, so that
    settings still load (type checks, `makemigrations --check`) and only connecting fails.
    """
    from psycopg.conninfo import conninfo_to_dict

    try:
        parts: dict[str, Any] = dict(conninfo_to_dict(conninfo_of(role)))
    except HomeRefused:
        parts = {
            "host": str(Home.default().socket),
            "user": f"lachan_{role}",
            "dbname": DATABASE,
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": str(parts.pop("dbname", DATABASE)),
        "USER": str(parts.pop("user", f"lachan_{role}")),
        "PASSWORD": str(parts.pop("password", "")),
        "HOST": str(parts.pop("host", "")),
        "PORT": str(parts.pop("port", "")),
        "OPTIONS": {name: value for name, value in parts.items() if value is not None},
    }
