"""Whoever works elsewhere sees nothing of the town: by no query, no function and no page."""

import re
from collections.abc import Iterator
from itertools import product
from math import prod
from uuid import UUID

import pytest
from django.apps import apps
from django.db import DatabaseError, connections, transaction
from django.db.backends.utils import CursorWrapper

from lachan.core.roles import Role
from lachan.core.scope import Principal, close_session, open_session, scoped
from tests.permissions import town as towns
from tests.permissions.test_matrix import GUARDED, MADE_UP, PART, REFUSED, Page, browser
from tests.permissions.town import Town, rows_of, secured

pytestmark = pytest.mark.slow

STRANGERS = [role for role in Role if role not in towns.NOT_ELSEWHERE]

#: Written by the door and the worker alone: nobody who serves reads them.
NOBODYS = frozenset(
    {
        *("core_grant", "vaccination_covered", "vaccination_dosecount"),
        "vaccination_stockcount",
    }
)


@pytest.fixture(scope="module")
def town(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with towns.built(tmp_path_factory.mktemp("engine")) as town:
        yield town


@pytest.fixture(scope="module")
def truth(town: Town) -> dict[str, set[str]]:
    """Every row of every secured table."""
    return {table: rows_of("owner", table) for table in secured()}


def _seen(principal: Principal) -> dict[str, set[str]]:
    with scoped(principal, "attack"):
        return {table: rows_of("default", table) for table in secured()}


def test_the_town_has_a_row_in_every_personal_table(truth: dict[str, set[str]]) -> None:
    assert sorted(table for table, rows in truth.items() if not rows) == []


def test_those_whose_work_it_is_see_every_table(town: Town, truth: dict[str, set[str]]) -> None:
    views = [_seen(owner) for owner in town.owners.values()]
    unseen = {table for table in truth if not any(view[table] for view in views)}

    assert unseen == NOBODYS


@pytest.mark.parametrize("role", STRANGERS)
def test_a_stranger_sees_no_row_of_any_table(town: Town, role: Role) -> None:
    seen = _seen(town.strangers[role])

    assert {table for table, rows in seen.items() if rows} == set()


@pytest.mark.parametrize("role", STRANGERS)
def test_a_stranger_changes_and_deletes_nothing(
    town: Town, truth: dict[str, set[str]], role: Role
) -> None:
    for table in truth:
        for statement in (
            f'delete from "{table}"',
            f'update "{table}" set commune = commune',
            f'update "{table}" set id = id',
        ):
            _attempt(town.strangers[role], statement)

    assert {table: rows_of("owner", table) for table in truth} == truth


def _attempt(principal: Principal, statement: str, values: object = None) -> list[tuple[object]]:
    """What a statement gives as somebody; what the database refuses gives nothing."""
    try:
        with (
            scoped(principal, "attack"),
            transaction.atomic(),
            connections["default"].cursor() as cursor,
        ):
            cursor.execute(statement, values)
            return list(cursor.fetchall()) if cursor.description else []
    except DatabaseError:
        return []


def _ids(town: Town) -> list[str]:
    """Every uuid that names something of the town, as text, except what opens by being shown.

    A pseudonym (in a signed code) and the blind index of a document are what somebody shows at a
    gate; that no stranger can read one is what the other tests say.
    """
    named = set()
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select c.table_name, c.column_name from information_schema.columns c"
            " join pg_class k on k.relname = c.table_name and not k.relispartition"
            " where c.table_schema = 'public' and c.udt_name = 'uuid'"
            " and c.column_name not in ('trace_id', 'a', 'b')"
            " and c.table_name similar to '(people|tracing|sampling|notices|declarations|venues"
            "|proximity|vaccination|core_look|core_audit)%%'"
        )
        for table, column in cursor.fetchall():
            cursor.execute(f'select distinct "{column}"::text from "{table}" limit 3')
            named |= {str(row[0]) for row in cursor.fetchall() if row[0]}
    return sorted(named | {str(person) for person in town.people})


#: What a screen in the street shows: counts and called numbers of a session, which is public; no id
#: of anybody comes out of them (`tests/vaccination/test_line.py`).
OUTSIDE = frozenset({"core.line_counted", "core.line_serving"})


def _functions() -> list[tuple[str, list[str]]]:
    """Every function the app may execute and that is neither PostgreSQL's nor an extension's."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select p.pronamespace::regnamespace::text || '.' || p.proname,"
            " array(select t::regtype::text from unnest(p.proargtypes) t)"
            " from pg_proc p where has_function_privilege('lachan_app', p.oid, 'execute')"
            " and p.pronamespace::regnamespace::text in ('core', 'public')"
            " and p.prorettype <> 'trigger'::regtype and not exists"
            " (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')"
        )
        return [(str(name), list(kinds)) for name, kinds in cursor.fetchall()]


def _guesses(kind: str, town: Town, ids: list[str]) -> list[str]:
    """Values of a type that somebody who knows the town's ids would try, as SQL."""
    whole = kind.removesuffix("[]")
    tried = {
        "uuid": [f"'{one}'" for one in ids],
        "bytea": [f"'\\x{UUID(one).hex}'" for one in ids[:20]],
        "text": ["'person'", "'face'", "'speaks_for'", "'trace'", "'document'"],
        "integer": [str(town.here.commune), str(town.here.province), "1000"],
        "date": ["current_date"],
        "timestamp with time zone": [
            "(now() - interval '2 days')",
            "(now() + interval '1 day')",
        ],
    }[whole]
    if kind != whole:
        return [f"array[{', '.join(tried)}]::{kind}"]
    return [f"{one}::{kind}" for one in tried]


def test_no_function_gives_a_stranger_anything(town: Town, truth: dict[str, set[str]]) -> None:
    ids = _ids(town)
    secrets = set(ids) | {str(number) for number in (town.here.commune, town.here.province)}
    tried = 0
    for name, kinds in _functions():
        if not kinds or name in OUTSIDE:
            continue
        chosen = ids[:: _step(kinds, ids)]
        columns = [_guesses(kind, town, chosen) for kind in kinds]
        for role in (Role.STATION_OFFICER, Role.GATE_CONTROLLER, Role.SAMPLER, Role.TRACER):
            tried += prod(len(column) for column in columns)
            for call, answer in _called(town.strangers[role], name, columns):
                leaked = {secret for secret in secrets if secret in answer} - _words(call)
                assert not leaked, (role, call, answer)
                assert answer in NOTHING, (role, call, answer)

    assert tried > len(ids)
    assert {table: rows_of("owner", table) for table in truth} == truth


def _step(kinds: list[str], ids: list[str]) -> int:
    """All ids for a function that takes one, some for a function that takes several at once."""
    several = sum(kind.startswith(("uuid", "bytea")) for kind in kinds)
    most = {0: len(ids), 1: len(ids), 2: 16}.get(several, 6)
    return max(1, len(ids) // most)


#: Answers that say nothing of anybody: no row, null, false, no numbers, no such secret.
NOTHING = frozenset({"", "()", "f", "false", "{}", "(0,0,0)", "(0,0,0,0,0,0)", "unknown_code"})


def _words(call: str) -> set[str]:
    return set(call.translate(str.maketrans("'{}()[],", " " * 8)).split())


def _called(principal: Principal, name: str, columns: list[list[str]]) -> Iterator[tuple[str, str]]:
    """What each call gave, as text: all calls of a function in one query, or each alone where one
    of them is refused and would hide the others."""
    with scoped(principal, "attack"), connections["default"].cursor() as cursor:
        try:
            with transaction.atomic():
                answers = _all_at_once(cursor, name, columns)
        except DatabaseError:
            calls = [f"{name}({', '.join(values)})" for values in product(*columns)]
            answers = [(call, _alone(cursor, call)) for call in calls]
        yield from answers


def _all_at_once(
    cursor: CursorWrapper, name: str, columns: list[list[str]]
) -> list[tuple[str, str]]:
    tables = ", ".join(
        f"(values {', '.join(f'({value})' for value in column)}) as t{at}(v)"
        for at, column in enumerate(columns)
    )
    given = [f"t{at}.v" for at in range(len(columns))]
    asked = " || ' ' || ".join(f"{one}::text" for one in given)
    cursor.execute(
        f"select {asked}, coalesce(f::text, '') from {tables}, lateral {name}({', '.join(given)}) f"
    )
    return [(f"{name} {values}", answer) for values, answer in cursor.fetchall()]


def _alone(cursor: CursorWrapper, call: str) -> str:
    try:
        with transaction.atomic():
            cursor.execute(f"select coalesce(f::text, '') from {call} f")
            return " ".join(str(row[0]) for row in cursor.fetchall())
    except DatabaseError:
        return ""


NAMING = [page for page in GUARDED if "<uuid:" in page.route]

#: Pages about places and rules, which hold no person and are everybody's who has such work.
EVERYBODYS = frozenset(
    {
        *("places/<uuid:place_id>/", "places/<uuid:place_id>/parts/"),
        *("rules/<uuid:rule>/", "rules/<uuid:rule>/new/"),
        # A lot is the nation's: its page names those of the reader's own area only.
        *("vaccination/lots/<uuid:lot_id>/", "vaccination/lots/<uuid:lot_id>/bar/"),
        "vaccination/lots/<uuid:lot_id>/call/",
    }
)


#: What parts of an address are called, where no table's name ends so.
CALLED = {"point": "timeplace", "rule": "ruleversion"}


@pytest.fixture(scope="module")
def ids(town: Town) -> dict[str, list[str]]:
    """Two ids of every table, by what the table is called."""
    known: dict[str, list[str]] = {}
    with connections["owner"].cursor() as cursor:
        for model in apps.get_models():
            room, _, called = model._meta.db_table.partition("_")
            key = model._meta.pk
            if key.get_internal_type() != "UUIDField" or key.column != "id":
                continue
            cursor.execute(f"select id::text from {room}_{called} order by 1 limit 2")
            known.setdefault(called, []).extend(row[0] for row in cursor.fetchall())
    return known


def _named(ids: dict[str, list[str]], part: re.Match[str]) -> list[str]:
    """Every id that could stand for this part of an address: of each kind of member, for `member`;
    what is no id is made up, as in the matrix."""
    if part["converter"] != "uuid":
        return [MADE_UP[part["converter"] or "str"]()]
    kind = part["name"].removesuffix("_id")
    kind = CALLED.get(kind, kind)
    found = [one for called, ones in ids.items() if called.endswith(kind) for one in ones]
    assert found, f"no table for {part['name']}: name it in CALLED"
    return found


@pytest.mark.parametrize("page", NAMING, ids=[page.route for page in NAMING])
def test_no_page_with_a_real_id_answers_a_stranger(
    town: Town, ids: dict[str, list[str]], page: Page
) -> None:
    parts = [_named(ids, part) for part in PART.finditer(page.route)]
    addresses = []
    for chosen in product(*parts):
        left = iter(chosen)
        addresses.append("/" + PART.sub(lambda _part, left=left: next(left), page.route))
    for role in page.roles or STRANGERS:
        if role not in town.strangers:
            continue
        client = browser(town.strangers[role])
        for path, method in product(addresses, ("get", "post")):
            answer = getattr(client, method)(path)
            _says_nothing(answer.content.decode(errors="replace"), path)
            if page.route not in EVERYBODYS:
                assert 400 <= answer.status_code < 500, (role, method, path)


def test_and_none_of_them_changed_a_row(town: Town, truth: dict[str, set[str]]) -> None:
    """Once for all pages, since reading every table takes longer than asking a page."""
    after = {table: rows_of("owner", table) for table in truth}
    for table in ("core_audit_event", "core_look"):
        assert truth[table] <= after.pop(table)
    assert after == {table: rows for table, rows in truth.items() if table in after}


def _says_nothing(text: str, asked: str) -> None:
    told = (*towns.NAMES, towns.PHONE, towns.DOCUMENT, towns.ADDRESS)
    assert [word for word in told if word in text] == [], asked


LISTS = [page for page in GUARDED if "<" not in page.route]


@pytest.mark.parametrize("role", STRANGERS)
def test_no_list_names_the_town_to_a_stranger(town: Town, role: Role) -> None:
    client = browser(town.strangers[role])
    for page in LISTS:
        for query in ("", "?q=Nguyễn+Thị+Nguồn", f"?q={towns.PHONE}", f"?q={towns.DOCUMENT}"):
            answer = client.get(f"/{page.route}{query}")
            shown = answer.content.decode(errors="replace")
            for word in (query.removeprefix("?q=").replace("+", " "),):
                shown = shown.replace(word, "") if word else shown
            _says_nothing(shown, page.route)
            for person in town.people:
                assert str(person) not in shown, page.route
            if answer.status_code == REFUSED:
                break


def test_a_closed_session_sees_nothing_any_more(town: Town) -> None:
    station = town.owners["station"]
    again = open_session(
        account=station.account,
        name=station.name,
        roles=station.roles,
        commune=station.commune,
    )
    assert any(_seen(again).values())

    close_session(again.secret)

    assert not any(_seen(again).values())
    assert browser(again).get("/people/").status_code == 302


def test_a_session_that_is_over_sees_nothing(town: Town) -> None:
    from datetime import timedelta

    station = town.owners["station"]
    over = open_session(
        account=station.account,
        name=station.name,
        roles=station.roles,
        commune=station.commune,
        lasts=timedelta(seconds=-1),
    )

    assert not any(_seen(over).values())
    assert browser(over).get("/people/").status_code == 302
