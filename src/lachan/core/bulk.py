"""Many new rows in one statement with one parameter per column.

Django writes a row with bytes in it as a list of its values, and the driver then reads a statement
of a hundred thousand placeholders: most of the time of a long list.  Arrays say the same at once.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connections
from django.db.models import BooleanField, F, Field, Func, JSONField, Model, Value

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
            cursor.execute(statement, [_column(field, some) for field in fields])
    for row in rows:
        row._state.adding = False
        row._state.db = "default"


def _column(field: "Field[Any, Any]", rows: Sequence[Model]) -> list[Any]:
    values = [getattr(row, field.attname) for row in rows]
    if not isinstance(field, JSONField):
        return values
    return [None if value is None else json.dumps(value) for value in values]


def is_one_of(field: str, values: Iterable[Any]) -> Func:
    """A filter as `field__in`, with one parameter for all values."""
    return Func(
        F(field),
        Value(list(values)),
        template="%(expressions)s)",
        arg_joiner=" = any(",
        output_field=BooleanField(),
    )
