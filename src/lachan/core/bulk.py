"""Many new rows in one statement with one parameter per column.

Django writes a row with bytes in it as a list of its values, and the driver then reads a statement
of a hundred thousand placeholders: most of the time of a long list.  Arrays say the same at once.
"""

from collections.abc import Sequence

from django.contrib.postgres.fields import ArrayField
from django.db import connections
from django.db.models import Model

#: Rows of one statement.
BATCH = 5_000


def insert_many(model: type[Model], rows: Sequence[Model]) -> None:
    """Append new rows of one model; every field is given, its default included.

    Models with array fields are left to Django: arrays of arrays cannot be taken apart.
    """
    fields = model._meta.local_concrete_fields
    if any(isinstance(field, ArrayField) for field in fields):
        model._default_manager.bulk_create(rows, batch_size=BATCH)
        return
    connection = connections["default"]
    kinds = [str(field.db_type(connection)).split("(")[0] for field in fields]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
    statement = f'insert into "{model._meta.db_table}" ({columns}) select * from unnest({arrays})'
    with connection.cursor() as cursor:
        for start in range(0, len(rows), BATCH):
            some = rows[start : start + BATCH]
            cursor.execute(
                statement, [[getattr(row, field.attname) for row in some] for field in fields]
            )
    for row in rows:
        row._state.adding = False
        row._state.db = "default"
