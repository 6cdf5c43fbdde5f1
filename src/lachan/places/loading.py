"""Filling the reference tables by the owner role: territory, and the bodies of the health line."""

from collections.abc import Iterable, Sequence

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import atomic

from lachan.places.health import BODY_TABLES, bodies_of
from lachan.places.territory.atlas import atlas
from lachan.places.territory.rows import TABLES, Row, digest_of, rows_of


def load_territory(connection: BaseDatabaseWrapper | None = None) -> bool:
    """Fill units and the bodies of the health line; True when there was something to do.

    `connection` is of the owner role, which alone may.  Units and bodies keep their ids, so
    whatever points to them stays; what an installation added itself stays too.
    """
    owner = connection or connections["owner"]
    known = atlas()
    units, bodies = rows_of(known), bodies_of(known)
    digest = digest_of(units | bodies)
    with atomic(using=owner.alias):
        if _loaded(owner) == digest:
            return False
        for table in reversed(TABLES):
            if table != "places_unit":
                _execute(owner, f"delete from {table}")
        for table, columns in TABLES.items():
            key: tuple[str, ...] = ("id",) if table == "places_unit" else ()
            _put(owner, table, columns, units[table], key)
        for table, (columns, key) in BODY_TABLES.items():
            _put(owner, table, columns, bodies[table], key)
        _execute(
            owner,
            "insert into places_territoryedition (id, digest) values (1, %s)"
            " on conflict (id) do update set digest = excluded.digest",
            [digest],
        )
    return True


def _loaded(connection: BaseDatabaseWrapper) -> str | None:
    with connection.cursor() as cursor:
        # The lock makes two starts at once load one after the other.
        cursor.execute("lock table places_territoryedition in share row exclusive mode")
        cursor.execute("select digest from places_territoryedition where id = 1")
        row = cursor.fetchone()
    return None if row is None else str(row[0])


def _execute(connection: BaseDatabaseWrapper, statement: str, values: Sequence[str] = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _put(
    connection: BaseDatabaseWrapper,
    table: str,
    columns: tuple[str, ...],
    rows: Iterable[Row],
    key: tuple[str, ...],
) -> None:
    """COPY rows into a table; with a key, a row that is there already is changed."""
    names = _list(columns)
    into = "incoming" if key else table
    with connection.cursor() as cursor:
        if key:
            cursor.execute(
                f"create temp table incoming on commit drop as select {names} from {table} limit 0"
            )
        with cursor.cursor.copy(f"copy {into} ({names}) from stdin") as copy:
            for row in rows:
                copy.write_row(row)
        if key:
            changes = ", ".join(f'"{name}" = excluded."{name}"' for name in columns)
            cursor.execute(
                f"insert into {table} ({names}) select {names} from incoming"
                f" on conflict ({_list(key)}) do update set {changes}"
            )
            cursor.execute("drop table incoming")


def _list(columns: tuple[str, ...]) -> str:
    return ", ".join(f'"{column}"' for column in columns)
