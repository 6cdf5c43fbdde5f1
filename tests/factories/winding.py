"""The clock of a test: wound in the database as a demo winds it, and back again afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connections

from lachan.core.installation import look_again


def later(by: timedelta) -> None:
    """So much later: for this process and for whoever reads the database's clock."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("update core_installation set wound = wound + %s", [by])
    look_again()


@contextmanager
def unwound() -> Iterator[None]:
    """Whatever is wound inside is wound back at the end."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("select wound from core_installation")
        (before,) = cursor.fetchone()
    try:
        yield
    finally:
        with connections["owner"].cursor() as cursor:
            cursor.execute("update core_installation set wound = %s", [before])
        look_again()
