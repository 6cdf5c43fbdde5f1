"""Migration operations that say who may see a table's rows; the database enforces them.

Row security is enabled, not forced: the owner role needs COPY, and it never serves.
"""

from collections.abc import Iterator

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

APP = "lachan_app"
GATE = "lachan_gate"
DOOR = "lachan_door"


#: The row lies in the session's own commune, province or nation.
OWN_UNIT = (
    "(commune = (select core.scope_commune()) or province = (select core.scope_province())"
    " or (select core.scope_national()))"
)


def of_own(table: str, parent: str, key: str) -> str:
    """A row belongs to the unit of what it is about; whoever may not see that may not write it."""
    return (
        f"exists (select 1 from {parent} o where o.id = {table}.{key}"
        f" and o.commune = {table}.commune and o.province = {table}.province)"
    )


def seen(table: str, column: str) -> str:
    """The person is one the session sees: nobody hangs a row on somebody he may not see."""
    return f"exists (select 1 from people_person p where p.id = {table}.{column})"


class _Sql(Operation):
    """An operation of plain SQL; nothing of Django's state changes."""

    reduces_to_sql = True
    reversible = True

    def statements(self) -> Iterator[str]:
        raise AssertionError("a subclass gives the statements")

    def undoing(self) -> Iterator[str]:
        raise AssertionError("a subclass gives the statements")

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The tables' shape does not change."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for statement in self.statements():
            schema_editor.execute(statement)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for statement in self.undoing():
            schema_editor.execute(statement)


class Readable(_Sql):
    """A table without personal data: every signed-in or open page may read it."""

    def __init__(self, table: str, *, write: bool = False) -> None:
        self.table = table
        self.write = write

    def statements(self) -> Iterator[str]:
        yield f"grant select on {self.table} to {APP}, {DOOR}, {GATE}"
        if self.write:
            yield f"grant insert, update on {self.table} to {APP}"

    def undoing(self) -> Iterator[str]:
        yield f"revoke all on {self.table} from {APP}, {DOOR}, {GATE}"


class DoorOnly(_Sql):
    """A table that only sign-in code uses: passwords, second factors, lock-outs."""

    def __init__(self, table: str) -> None:
        self.table = table

    def statements(self) -> Iterator[str]:
        yield f"grant select, insert, update, delete on {self.table} to {DOOR}"

    def undoing(self) -> Iterator[str]:
        yield f"revoke all on {self.table} from {DOOR}"


class RowSecurity(_Sql):
    """A personal table: which column opens a row to whom.

    commune, province: columns with the id of today's unit.  person: column of the person the row is
    about; that person's accounts see it, and change it unless `person_changes` is off.
    organisation: column of the organisation.  grant: a kind
    of `core_grant`, whose keys are compared with `key`.  insert: "any" session may append, "seen"
    only rows the session would see, "system" only the worker; anything else is the condition.
    change: whether rows may be updated.  only: a condition every written row must meet, new or
    changed; without it a session could hang a row of its own on somebody it may not see, and the
    worker, who sees everybody, would act on it.
    maker_keeps: whoever inserts a row is granted it (a citizen's account for good, an organisation
    for `maker_hours`), because a guard who enters a traveller must still see him a minute later.
    """

    def __init__(
        self,
        table: str,
        *,
        commune: str | None = None,
        province: str | None = None,
        person: str | None = None,
        organisation: str | None = None,
        grant: str | None = None,
        key: str = "id",
        insert: str = "any",
        change: bool = True,
        national: bool = True,
        person_changes: bool = True,
        delete_by_system: bool = False,
        maker_keeps: bool = False,
        extra: dict[str, str] | None = None,
        only: str = "true",
    ) -> None:
        self.table = table
        self.commune = commune
        self.province = province
        self.person = person
        self.organisation = organisation
        self.grant = grant
        self.key = key
        self.insert = insert
        self.change = change
        self.national = national
        self.person_changes = person_changes
        self.delete_by_system = delete_by_system
        self.maker_keeps = maker_keeps
        self.extra = extra or {}
        self.only = only

    def ways(self) -> dict[str, str]:
        """Each way a row may be seen: its name and the condition."""
        found: dict[str, str] = {}
        if self.commune:
            found["commune"] = f"{self.commune} = (select core.scope_commune())"
        if self.province:
            found["province"] = f"{self.province} = (select core.scope_province())"
        if self.organisation:
            found["organisation"] = f"{self.organisation} = (select core.scope_organisation())"
        if self.person:
            found["person"] = f"{self.person} = any((select core.scope_persons())::uuid[])"
        if self.grant:
            found["grant"] = f"{self.key} = any((select core.granted('{self.grant}'))::uuid[])"
        if self.national:
            found["nation"] = "(select core.scope_national())"
        return {**found, **self.extra}

    def statements(self) -> Iterator[str]:
        table = self.table
        yield f"alter table {table} enable row level security"
        rights = "select, insert, update" if self.change else "select, insert"
        yield f"grant {rights} on {table} to {APP}"
        for name, condition in self.ways().items():
            yield f"create policy see_by_{name} on {table} for select to {APP} using ({condition})"
        inserting = {
            "any": "(select core.scope_account()) is not null",
            "seen": " or ".join(f"({way})" for way in self.ways().values()),
            "system": "(select core.scope_system())",
        }.get(self.insert, self.insert)
        yield (
            f"create policy append on {table} for insert to {APP}"
            f" with check (({inserting}) and ({self.only}))"
        )
        if self.change:
            seen = " or ".join(
                f"({way})"
                for name, way in self.ways().items()
                if name != "person" or self.person_changes
            )
            yield (
                f"create policy change on {table} for update to {APP} using ({seen})"
                f" with check ((select core.scope_account()) is not null and ({self.only}))"
            )
        if self.delete_by_system:
            yield f"grant delete on {table} to {APP}"
            yield (
                f"create policy erase on {table} for delete to {APP}"
                " using ((select core.scope_system()))"
            )
        if self.maker_keeps:
            yield (
                f"create trigger maker_keeps after insert on {table} for each row"
                f" execute function core.maker_keeps('{self.grant}', '{self.key}')"
            )

    def undoing(self) -> Iterator[str]:
        for name in self.ways():
            yield f"drop policy see_by_{name} on {self.table}"
        yield f"drop policy append on {self.table}"
        if self.change:
            yield f"drop policy change on {self.table}"
        if self.delete_by_system:
            yield f"drop policy erase on {self.table}"
        if self.maker_keeps:
            yield f"drop trigger maker_keeps on {self.table}"
        yield f"revoke all on {self.table} from {APP}"
        yield f"alter table {self.table} disable row level security"
