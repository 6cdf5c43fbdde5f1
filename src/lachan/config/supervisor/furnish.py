"""Bring a database to the state a first day needs; run as the owner in a process of its own.

`python -m lachan.config.supervisor.furnish` migrates, makes the days of the ledgers, loads the
territory and the shipped rules, and says in its last line what the installation is.
"""

import json
import os
import sys
from importlib import import_module
from importlib.util import find_spec

from lachan.config.database import MIGRATE


def main() -> int:
    """Do all of it and print `{"kind": ...}`."""
    import django
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lachan.config.settings")
    django.setup()
    call_command("migrate", *MIGRATE, verbosity=0)
    _make_days()
    _load_territory()
    _load_rules()
    sys.stdout.write(json.dumps({"kind": _kind()}) + "\n")
    return 0


def _make_days() -> None:
    from django.db import connections, transaction

    from lachan.core.clock import today
    from lachan.core.ledgers import make_partitions, usual_days

    first, last = usual_days(today())
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        make_partitions(cursor, first=first, last=last)


def _load_territory() -> None:
    if find_spec("lachan.places.loading"):
        import_module("lachan.places.loading").load_territory()


def _load_rules() -> None:
    from lachan.core.scope import system_scope

    if find_spec("lachan.rulebook.services") is None:
        return
    with system_scope("first_day") as system:
        import_module("lachan.rulebook.services").load_shipped_rules(by=system)


def _kind() -> str:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("select kind from core_installation where id = 1")
        row = cursor.fetchone()
    return str(row[0]) if row else "empty"


if __name__ == "__main__":
    sys.exit(main())
