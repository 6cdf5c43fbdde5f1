"""Where the story's things are filed in a database: their identifiers, units and bodies there."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper

from lachan.config.story.world import World

#: Bodies of the health line that every installation has already; the story uses those.
LOADED_BODIES = ("station", "commune_committee", "cdc", "health_department", "disease_bureau")

#: Words of the story that the room of places has a broader word for.
PLACE_KINDS = {
    "dormitory": "building", "isolation": "building", "house": "other", "pagoda": "other",
    "shop": "other", "laboratory": "other", "vaccination_point": "other", "store": "other",
}  # fmt: skip

Row = tuple[object, ...]


class Files:
    """One world on its way into one database; `connection` is of the owner role.

    What happened after `since` (None: from the beginning) and until `clock` is told.
    """

    def __init__(
        self,
        world: World,
        connection: BaseDatabaseWrapper,
        clock: int,
        since: int | None = None,
    ) -> None:
        self.world = world
        self.connection = connection
        self.clock = clock
        self.since = since

    def rows(self, statement: str, values: Sequence[str | date | list[str]] = ()) -> list[Row]:
        """What a query gives."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())

    def append(
        self, table: str, columns: tuple[str, ...], rows: Iterable[Row], *, where: str = "true"
    ) -> int:
        """Rows that are not there yet and fulfil `where`, into a table in use; how many were new.

        Visitors of the demo work in it: a result they released stays theirs.
        """
        if self.since is None:
            return self.copy(table, columns, rows)
        names = ", ".join(f'"{column}"' for column in columns)
        with self.connection.cursor() as cursor:
            cursor.execute(
                f"create temp table told on commit drop as select {names} from {table} limit 0"
            )
            # Made before the COPY begins: identifiers are looked up on the same connection.
            self.copy("told", columns, list(rows))
            cursor.execute(
                f"insert into {table} ({names}) select {names} from told where {where}"
                " on conflict do nothing"
            )
            count = cursor.rowcount
            cursor.execute("drop table told")
        return int(count)

    def copy(self, table: str, columns: tuple[str, ...], rows: Iterable[Row]) -> int:
        """COPY rows into a table; how many there were."""
        names = ", ".join(f'"{column}"' for column in columns)
        count = 0
        statement = f"copy {table} ({names}) from stdin"
        # Django's cursor wraps psycopg's, which alone can COPY.
        with self.connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
                count += 1
        return count

    def at(self, seconds: int) -> datetime:
        """A moment of the story as the database stores it."""
        return datetime.fromtimestamp(seconds, UTC)

    def commune(self, code: str) -> int:
        """Today's unit of a commune's code."""
        return self._communes_today[code]

    def province(self, code: str) -> int:
        """Today's unit of a province's code."""
        return self._provinces[code]

    def commune_then(self, code: str) -> int:
        """The unit that stood there on the story's first day: in 2021 one of the old communes."""
        former = self.world.unit_of[code].former
        if self.world.options.stand == "vn-2021" and former:
            return self._communes_then.get(former[0].code, self.commune(code))
        return self.commune(code)

    def organisation(self, index: int) -> UUID:
        """The identifier of an organisation: the loaded body's, or the story's own."""
        row = self.world.organisations[index]
        where = self.commune(row.commune)
        if row.kind in {"cdc", "health_department"}:
            where = self.province(row.province)
        loaded = self._bodies.get((row.kind, None if row.kind == "disease_bureau" else where))
        return loaded or self.world.uuid("organisation", index)

    def station(self, commune: str) -> UUID:
        """The health station of a commune."""
        return self._bodies["station", self.commune(commune)]

    def is_loaded(self, index: int) -> bool:
        """Whether an organisation of the story was there before the story."""
        return self.organisation(index) != self.world.uuid("organisation", index)

    def place(self, index: int) -> UUID:
        """The identifier of a place."""
        if index not in self._places:
            self._places[index] = self.world.uuid("place", index)
        return self._places[index]

    def place_kind(self, index: int) -> str:
        """The room's word for what a place is."""
        kind = self.world.places[index].kind
        return PLACE_KINDS.get(kind, kind)

    def person(self, index: int) -> UUID:
        """The identifier of a person."""
        return self.world.uuid("person", index)

    def account(self, slug: str) -> UUID:
        """The identifier of a member of the cast."""
        slugs = [account.slug for account in self.world.accounts]
        return self.world.uuid("account", slugs.index(slug))

    def has_arrived(self, moment: int) -> bool:
        """Whether something is to be told: it happened by the clock, and was not told before."""
        return (self.since is None or moment > self.since) and moment <= self.clock

    @cached_property
    def _places(self) -> dict[int, UUID]:
        return {}

    @cached_property
    def _communes_today(self) -> dict[str, int]:
        return self._codes("commune", datetime.now(UTC).date())

    @cached_property
    def _communes_then(self) -> dict[str, int]:
        return self._codes("commune", self.world.options.day_zero)

    @cached_property
    def _provinces(self) -> dict[str, int]:
        return self._codes("province", datetime.now(UTC).date())

    def _codes(self, level: str, on: date) -> dict[str, int]:
        rows = self.rows(
            "select c.code, c.unit_id from places_unitcode c"
            " join places_unit u on u.id = c.unit_id"
            " where u.level = %s and coalesce(c.valid_from, '-infinity') <= %s"
            " and coalesce(c.valid_to, 'infinity') > %s",
            (level, on, on),
        )
        return {str(code): int(str(unit)) for code, unit in rows}

    @cached_property
    def _bodies(self) -> dict[tuple[object, object], UUID]:
        rows = self.rows(
            "select kind, coalesce(commune, province), id from places_organisation"
            " where kind = any(%s)",
            [list(LOADED_BODIES)],
        )
        return {(kind, unit): UUID(str(id)) for kind, unit, id in rows}
