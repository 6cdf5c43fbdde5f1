"""A case with many contacts: pages, counts, names, files and paper."""

import csv
import io
import re

import pytest
from django.db import connections
from django.db.models import QuerySet
from django.test import Client
from django.utils import translation
from openpyxl import load_workbook

from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped
from lachan.people.selectors import looks_at
from lachan.tracing import call_queue, selectors, wording
from lachan.tracing.models import Case, Run
from tests.factories import cast, long_list, outbreak, telephones
from tests.factories.outbreak import Unit

#: Enough for thirteen pages and a list too long to be read for a name.
COUNT = 640


def signed_in(principal: Principal) -> Client:
    """A browser of somebody who signed in, in English."""
    client = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    client.cookies["lachan"] = principal.secret
    return client


@pytest.fixture(scope="module")
def case(database: str) -> Case:
    """A case of phường Nếnh with its crowd, and smaller cases beside it."""
    unit = Unit.of(outbreak.HERE_CODE)
    made = telephones.case_in(unit)
    long_list.crowd(made, unit, COUNT)
    for _other in range(3):
        long_list.crowd(telephones.case_in(unit), unit, 300)
    return made


@pytest.fixture
def tracer(case: Case) -> Principal:
    return cast.of_province(Role.TRACER, case.province)


@pytest.fixture
def client(tracer: Principal) -> Client:
    return signed_in(tracer)


def names_on(page: str) -> list[str]:
    return re.findall(r'name="contacts" value="[^"]+" aria-label="([^"]+)"', page)


def plan_of(rows: QuerySet, by: Principal, limit: int = 51) -> str:
    """How the app role's statement of one page is carried out, under somebody's scope."""
    with scoped(by, "tracing"), connections["default"].cursor() as cursor:
        statement, params = rows[:limit].query.sql_with_params()
        cursor.execute(f"explain {statement}", params)
        return "\n".join(row[0] for row in cursor.fetchall())


def test_a_page_has_fifty_and_knows_of_the_next(client: Client, case: Case) -> None:
    first = client.get(f"/tracing/{case.id}/").content.decode()
    last = client.get(f"/tracing/{case.id}/?page=13").content.decode()

    assert len(names_on(first)) == 50
    assert 'rel="next"' in first
    assert len(names_on(last)) == COUNT - 12 * 50
    assert 'rel="next"' not in last


def test_pages_show_everybody_once(client: Client, case: Case) -> None:
    found: list[str] = []
    for page in range(1, 14):
        html = client.get(f"/tracing/{case.id}/?page={page}").content.decode()
        found += re.findall(r'name="contacts" value="([^"]+)"', html)

    assert len(found) == len(set(found)) == COUNT


def test_the_first_page_comes_from_the_index_of_minutes(tracer: Principal, case: Case) -> None:
    plan = plan_of(selectors.contact_list(case, selectors.Chosen()), tracer)

    assert "contact_most_minutes" in plan
    assert "Sort" not in plan


def test_a_state_is_read_from_its_index(tracer: Principal, case: Case) -> None:
    plan = plan_of(selectors.contact_list(case, selectors.Chosen(state="to_verify")), tracer)

    assert "contact_of_case" in plan or "contact_most_minutes" in plan
    assert "Seq Scan" not in plan


def test_what_is_counted_stops_where_it_would_be_slow(
    tracer: Principal, case: Case, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scoped(tracer, "tracing"):
        assert selectors.sums(case)["to_verify"] == COUNT * 3 // 4
    for module in ("selectors", "wording"):
        monkeypatch.setattr(f"lachan.tracing.{module}.COUNTED", 100)

    with scoped(tracer, "tracing"), translation.override("en"):
        assert selectors.sums(case)["to_verify"] == 101
        told = wording.verdict(Run(state=Run.State.DONE), selectors.sums(case))
    assert told.startswith("more than 100 people to verify")
    assert "To verify more than 100" in client.get(f"/tracing/{case.id}/").content.decode()


def test_a_whole_name_is_found_without_opening_the_others(
    client: Client, case: Case, tracer: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[int] = []
    real = selectors.cards_of

    def counting(persons: object) -> object:
        wanted = list(persons)  # type: ignore[call-overload]
        opened.append(len(wanted))
        return real(wanted)

    monkeypatch.setattr("lachan.tracing.selectors.cards_of", counting)
    page = client.get(f"/tracing/{case.id}/?q=giap+van+hung").content.decode()

    assert set(names_on(page)) == {"Giáp Văn Hùng"}
    assert sum(opened) == len(names_on(page))


def test_a_telephone_finds_its_person(client: Client, case: Case) -> None:
    page = client.get(f"/tracing/{case.id}/?q=0900000123").content.decode()

    assert len(names_on(page)) == 1


def test_the_csv_has_everybody_with_the_zero_of_the_telephone(client: Client, case: Case) -> None:
    text = client.get(f"/tracing/{case.id}/contacts.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))

    assert len(rows) == COUNT + 1
    assert all(row[6].startswith("\t0900") for row in rows[1:])


def test_the_workbook_holds_telephones_as_text(client: Client, case: Case) -> None:
    answer = client.get(f"/tracing/{case.id}/contacts.xlsx?state=confirmed")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(min_row=2))

    assert len(rows) == COUNT // 4
    assert {row[6].data_type for row in rows} == {"s"}
    assert all(str(row[6].value).startswith("0900") for row in rows)


def test_the_paper_has_everybody_and_a_place_to_sign(
    client: Client, case: Case, tracer: Principal
) -> None:
    page = client.get(f"/tracing/{case.id}/print/").content.decode()

    assert page.count("<tr>") == COUNT + 1
    assert "Signature" in page

    with scoped(tracer, "tracing"):
        himself = case.contacts.order_by("id").values_list("person", flat=True)[0]
    with scoped(cast.citizen(himself), "looks"):
        assert {look.purpose for look in looks_at([himself])} >= {"tracing_print"}


def test_a_file_is_for_those_who_work_the_case(case: Case) -> None:
    stranger = signed_in(cast.of_province(Role.TRACER, Unit.of(outbreak.ABROAD_CODE).province))

    for path in ("contacts.csv", "contacts.xlsx", "print/"):
        assert stranger.get(f"/tracing/{case.id}/{path}").status_code == 404


def test_everybody_of_a_filtered_list_is_decided_at_once(client: Client, case: Case) -> None:
    answer = client.post(
        f"/tracing/{case.id}/decide/?minutes=400", {"act": "confirm", "everybody": "on"}
    )
    assert answer.status_code == 302

    page = client.get(f"/tracing/{case.id}/?minutes=400&state=to_verify").content.decode()
    assert names_on(page) == []


def test_the_queue_reads_one_page(tracer: Principal, case: Case) -> None:
    with scoped(tracer, "calling"):
        asked = call_queue.Asked(case=case.id)
        assert len(call_queue.lines(asked)[0:51]) == 51
        assert call_queue.totals(asked)["now"] == COUNT
