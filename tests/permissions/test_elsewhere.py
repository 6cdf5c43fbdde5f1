"""Whoever works elsewhere sees nothing of the town: by no query, no function and no page."""

from collections.abc import Iterator
from itertools import product
from uuid import UUID

import pytest
from django.db import DatabaseError, connections, transaction

from lachan.core.roles import Role
from lachan.core.scope import Principal, close_session, open_session, scoped
from tests.permissions import town as towns
from tests.permissions.test_matrix import GUARDED, PART, Page, browser
from tests.permissions.town import Town, rows_of, secured

STRANGERS = [role for role in Role if role not in towns.NOT_ELSEWHERE]

#: Written by the door and the worker alone: nobody who serves reads them.
NOBODYS = frozenset({"core_grant"})


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
            "|proximity|core_look|core_audit)%%'"
        )
        for table, column in cursor.fetchall():
            cursor.execute(f'select distinct "{column}"::text from "{table}" limit 3')
            named |= {str(row[0]) for row in cursor.fetchall() if row[0]}
    return sorted(named | {str(person) for person in town.people})


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
    return [f"array[{one}]::{kind}" if kind != whole else f"{one}::{kind}" for one in tried]


def test_no_function_gives_a_stranger_anything(town: Town, truth: dict[str, set[str]]) -> None:
    ids = _ids(town)
    secrets = set(ids) | {str(number) for number in (town.here.commune, town.here.province)}
    tried = 0
    for name, kinds in _functions():
        if not kinds:
            continue
        chosen = ids[:: _step(kinds, ids)]
        columns = [_guesses(kind, town, chosen) for kind in kinds]
        calls = [f"{name}({', '.join(values)})" for values in product(*columns)]
        for role in (Role.STATION_OFFICER, Role.GATE_CONTROLLER, Role.SAMPLER, Role.TRACER):
            tried += len(calls)
            for call, answer in _called(town.strangers[role], calls):
                leaked = {secret for secret in secrets if secret in answer} - _words(call)
                assert not leaked, (role, call, answer)
                assert answer in NOTHING, (role, call, answer)

    assert tried > len(ids)
    assert {table: rows_of("owner", table) for table in truth} == truth


def _step(kinds: list[str], ids: list[str]) -> int:
    """All ids for a function that takes one, some for a function that takes several at once."""
    several = sum(kind.startswith("uuid") for kind in kinds)
    most = {0: len(ids), 1: len(ids), 2: 16}.get(several, 6)
    return max(1, len(ids) // most)


#: Answers that say nothing of anybody: no row, null, false, no numbers.
NOTHING = frozenset({"", "()", "f", "false", "{}", "(0,0,0)"})


def _words(call: str) -> set[str]:
    return set(call.replace("'", " ").split())


def _called(principal: Principal, calls: list[str]) -> Iterator[tuple[str, str]]:
    """Each call's answer as text; a hundred calls in one query, or the test would take minutes."""
    with scoped(principal, "attack"), connections["default"].cursor() as cursor:
        for start in range(0, len(calls), 100):
            chosen = calls[start : start + 100]
            try:
                with transaction.atomic():
                    answers = _batch(cursor, chosen)
            except DatabaseError:
                # One call that refuses hides the others of its batch: each is asked alone.
                answers = [(at, _alone(cursor, call)) for at, call in enumerate(chosen)]
            for number, answer in answers:
                yield chosen[number], answer


def _alone(cursor: object, call: str) -> str:
    try:
        with transaction.atomic():
            return " ".join(answer for _number, answer in _batch(cursor, [call]))
    except DatabaseError:
        return ""


def _batch(cursor: object, calls: list[str]) -> list[tuple[int, str]]:
    parts = [
        f"select {number}, coalesce(f::text, '') from {call} f" for number, call in enumerate(calls)
    ]
    cursor.execute(" union all ".join(parts))  # type: ignore[attr-defined]
    return list(cursor.fetchall())  # type: ignore[attr-defined]


NAMING = [page for page in GUARDED if "<uuid:" in page.route]

#: Pages about places and rules, which hold no person and are everybody's who has such work.
EVERYBODYS = frozenset(
    {"places/<uuid:place_id>/", "places/<uuid:place_id>/parts/", "rules/<uuid:rule>/"}
)


@pytest.mark.parametrize("page", NAMING, ids=[page.route for page in NAMING])
def test_no_page_with_a_real_id_answers_a_stranger(
    town: Town, truth: dict[str, set[str]], page: Page
) -> None:
    ids = _ids_for_pages(town)
    for role in page.roles or STRANGERS:
        if role not in town.strangers:
            continue
        client = browser(town.strangers[role])
        for one, method in product(ids, ("get", "post")):
            path = "/" + PART.sub(one, page.route)
            answer = getattr(client, method)(path)
            _says_nothing(answer.content.decode(errors="replace"), one)
            if page.route not in EVERYBODYS:
                assert 400 <= answer.status_code < 500, (role, method, path)
    after = {table: rows_of("owner", table) for table in truth}
    for table in ("core_audit_event", "core_look"):
        assert truth[table] <= after.pop(table)
    assert after == {table: rows for table, rows in truth.items() if table in after}


def _ids_for_pages(town: Town) -> list[str]:
    """One id of every kind that a page could take."""
    found = []
    with connections["owner"].cursor() as cursor:
        for table in (
            *("people_person", "people_phone", "tracing_case", "tracing_contact"),
            *("tracing_handover", "tracing_run", "sampling_tube", "sampling_sample"),
            *("sampling_result", "notices_notice", "venues_venue", "venues_device"),
            "places_place",
        ):
            cursor.execute(f"select id::text from {table} order by 1 limit 2")
            found += [str(row[0]) for row in cursor.fetchall()]
    return [*found, str(town.factory.manager.organisation)]


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
