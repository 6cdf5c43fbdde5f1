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

#: What a room brings along: loaded when the room has it, without effect when it is loaded already.
FURNITURE = (
    ("lachan.places.services", "load_territory"),
    ("lachan.rulebook.services", "load_shipped"),
)


def main() -> int:
    """Do all of it and print `{"kind": ...}`."""
    import django
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lachan.config.settings")
    django.setup()
    call_command("migrate", *MIGRATE, verbosity=0)
    _make_days()
    for module, function in FURNITURE:
        _load(module, function)
    sys.stdout.write(json.dumps({"kind": _kind()}) + "\n")
    return 0


def _make_days() -> None:
    from django.db import connections, transaction

    from lachan.core.clock import today
    from lachan.core.ledgers import make_partitions, usual_days

    first, last = usual_days(today())
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        make_partitions(cursor, first=first, last=last)


def _load(module: str, function: str) -> None:
    if find_spec(module) is None:
        return
    load = getattr(import_module(module), function, None)
    if load is not None:
        load()


def _kind() -> str:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("select kind from core_installation where id = 1")
        row = cursor.fetchone()
    return str(row[0]) if row else "empty"


if __name__ == "__main__":
    sys.exit(main())
