"""The pages of orders: what each role gets, may do, and is told when it may not."""

import io
import re
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.isolation.models import Listing, Order, Scan
from tests.factories import cast
from tests.factories.orders import again, listed, proposed, resident, signed
from tests.factories.outbreak import ABROAD_CODE, HERE_CODE, NEXT_CODE, Unit

PDF = b"%PDF-1.7\n" + b"a signed page" * 50


def signed_in(principal: Principal) -> Client:
    """A browser of somebody who signed in, in English."""
    client = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    client.cookies["lachan"] = principal.secret
    return client


@pytest.fixture(scope="module")
def here(database: str) -> Unit:
    return Unit.of(HERE_CODE)


@pytest.fixture
def station(here: Unit) -> Principal:
    return cast.of_commune(Role.STATION_OFFICER, here.commune)


@pytest.fixture
def chairman(here: Unit) -> Principal:
    return cast.of_commune(Role.COMMUNE_CHAIRMAN, here.commune)


def order(name: str, number: int, **more: object) -> Order:
    return proposed(resident(name, number=number, **more), now() - timedelta(minutes=40))


def record(client: Client, listing: Listing, orders: list[UUID], **more: object) -> int:
    sent = {
        "orders": [str(each) for each in orders],
        "number": f"{listing.id.hex[-6:]}/QĐ-UBND",
        "day": today().isoformat(),
        "capacity": "head",
        "signer_name": "Dương Quang Khải",
    }
    return client.post(f"/isolation/lists/{listing.id}/record/", sent | more).status_code  # type: ignore[operator]


def test_the_station_sees_its_people_with_article_form_and_hours(station: Principal) -> None:
    order("Lương Thị Oanh", 21)

    page = signed_in(station).get("/isolation/").content.decode()

    assert "Lương Thị Oanh" in page
    assert "Nghị định 165/2026/NĐ-CP" in page
    assert "Mẫu số 02 Phụ lục IV" in page
    assert "1 h 19 min left" in page or "1 h 20 min left" in page
    assert "held until" in page
    assert not re.search(r"\bF[0-4]\b", page)


def test_the_station_lists_and_the_chairman_records(
    station: Principal, chairman: Principal
) -> None:
    rows = [order(f"Vũ Văn Hùng {n}", 30 + n) for n in range(3)]
    ids = [row.id for row in rows]
    answer = signed_in(station).post("/isolation/act/", {"act": "list", "orders": ids})
    assert answer.status_code == 302
    listing = again(rows[0]).listing
    assert listing is not None
    board = signed_in(chairman).get("/isolation/sign/").content.decode()
    assert "3 people: isolation at home" in board.lower()

    page = signed_in(chairman).get(f"/isolation/lists/{listing.id}/").content.decode()
    assert "Vũ Văn Hùng 2" in page
    assert "Record the decision" in page
    scan = SimpleUploadedFile("x.pdf", PDF, "application/pdf")
    assert record(signed_in(chairman), listing, ids[:2], scan=scan) == 302

    assert [again(row).state for row in rows] == ["decided", "decided", "listed"]
    page = signed_in(chairman).get(f"/isolation/lists/{listing.id}/").content.decode()
    assert sha256(PDF).hexdigest() in page


def test_a_scan_is_sealed_and_comes_back_as_it_was(station: Principal, chairman: Principal) -> None:
    row = order("Giáp Thị Thu", 41)
    listing = listed([row], station)
    record(signed_in(chairman), listing, [row.id], scan=SimpleUploadedFile("quyet dinh.pdf", PDF))
    paper = again(row).signed
    assert paper is not None
    with connections["owner"].cursor() as cursor:
        cursor.execute("select sealed from isolation_scan where id = %s", [paper.scan_id])
        sealed = bytes(cursor.fetchone()[0])

    assert b"a signed page" not in sealed
    answer = signed_in(station).get(f"/isolation/scans/{paper.scan_id}/")
    assert answer.content == PDF
    assert answer["Content-Type"] == "application/pdf"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"MZ\x90 a program", "scan_kind"),
        (b"<html>%PDF-</html>", "scan_kind"),
        (b"%PDF-" + b"x" * (5 * 1024 * 1024), "scan_too_large"),
    ],
)
def test_a_file_that_is_no_scan_is_refused_and_nothing_is_decided(
    station: Principal, chairman: Principal, content: bytes, code: str
) -> None:
    row = order("Giáp Thị Thủy", 42)
    listing = listed([row], station)
    client = signed_in(chairman)
    answer = client.post(
        f"/isolation/lists/{listing.id}/record/",
        {
            "orders": [row.id],
            "number": "7/QĐ-UBND",
            "day": today().isoformat(),
            "capacity": "head",
            "signer_name": "Dương Quang Khải",
            "scan": SimpleUploadedFile("scan.pdf", content, "application/pdf"),
        },
        headers={"accept": "application/json"},
    )

    assert answer.status_code == 422
    assert answer.json()["code"] == code
    assert again(row).state == "listed"


def test_an_empty_form_says_what_to_fill_in(station: Principal, chairman: Principal) -> None:
    row = order("Giáp Thị Hà", 43)
    listing = listed([row], station)

    answer = signed_in(chairman).post(
        f"/isolation/lists/{listing.id}/record/", {"orders": [row.id]}
    )

    assert answer.status_code == 422
    assert "Fill in: Number of the decision." in answer.content.decode()
    assert again(row).state == "listed"


@pytest.mark.parametrize("role", [Role.STATION_OFFICER, Role.TRACER, Role.DIRECTOR])
def test_only_the_chairman_of_the_commune_records_what_he_signs(
    here: Unit, station: Principal, role: Role
) -> None:
    row = order("Giáp Thị Mận", 44)
    listing = listed([row], station)
    at_province = role != Role.STATION_OFFICER
    by = cast.of_province(role, here.province) if at_province else station

    assert record(signed_in(by), listing, [row.id]) == 403
    assert again(row).state == "listed"


def test_a_chairman_of_the_next_commune_learns_not_even_that_it_exists(station: Principal) -> None:
    row = order("Giáp Thị Đào", 45)
    listing = listed([row], station)
    neighbour = signed_in(cast.of_commune(Role.COMMUNE_CHAIRMAN, Unit.of(NEXT_CODE).commune))

    assert neighbour.get(f"/isolation/lists/{listing.id}/").status_code == 404
    assert record(neighbour, listing, [row.id]) == 404
    assert neighbour.get(f"/isolation/{row.id}/").status_code == 404


def test_a_number_is_used_once_a_year(station: Principal, chairman: Principal) -> None:
    first, second = order("Lý A Sùng", 46), order("Lý A Páo", 47)
    one, two = listed([first], station), listed([second], station)
    assert record(signed_in(chairman), one, [first.id], number="900/QĐ-UBND") == 302

    assert record(signed_in(chairman), two, [second.id], number="900/QĐ-UBND") == 422


@pytest.mark.parametrize("days", [1, -3])
def test_the_day_of_a_decision_lies_between_finding_and_today(
    station: Principal, chairman: Principal, days: int
) -> None:
    row = order("Lý Thị Mẩy", 48)
    listing = listed([row], station)
    day = (today() + timedelta(days=days)).isoformat()

    assert record(signed_in(chairman), listing, [row.id], day=day) == 422


def test_when_all_are_told_the_notice_is_done(station: Principal, chairman: Principal) -> None:
    row = order("Kim Min-ji", 51, nationality="KR")
    signed(listed([row], station), chairman)
    client = signed_in(station)
    some = {"act": "tell", "orders": [row.id], "how": "phone"}

    client.post("/isolation/act/", some | {"whom": ["person", "family", "police"]})
    client.post("/isolation/act/", some | {"whom": ["neighbourhood"]})
    assert again(row).state == "decided"
    client.post("/isolation/act/", some | {"whom": ["consular"], "how": "paper"})

    assert again(row).state == "noticed"
    page = client.get(f"/isolation/{row.id}/").content.decode()
    assert "Told: consular department (foreigners), on paper" in page


def test_telling_needs_whom_and_how(station: Principal, chairman: Principal) -> None:
    row = order("Lương Thị Tư", 52)
    signed(listed([row], station), chairman)

    answer = signed_in(station).post(
        "/isolation/act/",
        {"act": "tell", "orders": [row.id], "whom": ["person"]},
        headers={"accept": "application/json"},
    )

    assert answer.json()["code"] == "say_whom_and_how"


def test_giving_back_unsigned_lets_go_at_once(station: Principal, chairman: Principal) -> None:
    row = order("Lương Thị Năm", 53)
    listing = listed([row], station)
    client = signed_in(chairman)
    path = f"/isolation/lists/{listing.id}/decline/"

    assert client.post(path, {"orders": [row.id]}).status_code == 422
    assert client.post(path, {"orders": [row.id], "why": "sai địa chỉ"}).status_code == 302

    assert again(row).state == "declined"
    with system_scope("test"):
        assert Order.objects.get(pk=row.pk).holding.ended_by == "declined"
    signed(listed([row], station), chairman)
    assert again(row).state == "decided"


def test_an_order_is_completed_on_its_last_day_and_not_before(
    station: Principal, chairman: Principal
) -> None:
    row = order("Lương Thị Sáu", 54)
    signed(listed([row], station), chairman, until=today() + timedelta(days=3))
    client = signed_in(station)

    early = client.post("/isolation/act/", {"act": "completed", "orders": [row.id]})
    assert early.status_code == 422
    assert client.post("/isolation/act/", {"act": "early", "orders": [row.id]}).status_code == 302

    assert (again(row).state, again(row).ended_for) == ("ended", "early")
    paper = client.get(f"/isolation/{row.id}/completion.docx")
    assert "Lương Thị Sáu" in "\n".join(
        line.text for line in docx.Document(io.BytesIO(paper.content)).paragraphs
    )


def test_an_extension_is_a_new_decision_and_told_anew(
    station: Principal, chairman: Principal
) -> None:
    row = order("Lương Thị Bảy", 55)
    signed(listed([row], station), chairman, until=today() + timedelta(days=3))
    signed_in(station).post(
        "/isolation/act/",
        {
            "act": "tell",
            "orders": [row.id],
            "how": "phone",
            "whom": ["person", "family", "police", "neighbourhood"],
        },
    )
    assert again(row).state == "noticed"
    longer = {
        "number": "955/QĐ-UBND",
        "day": today().isoformat(),
        "capacity": "deputy",
        "signer_name": "Phó Chủ tịch",
    }
    client = signed_in(chairman)
    path = f"/isolation/{row.id}/extend/"
    sooner = longer | {"until": (today() + timedelta(days=2)).isoformat()}
    assert client.post(path, sooner).status_code == 422
    later = longer | {"until": (today() + timedelta(days=9)).isoformat()}
    assert client.post(path, later).status_code == 302

    extended = again(row)
    assert (extended.state, extended.until) == ("decided", today() + timedelta(days=9))
    assert extended.signed is not None
    assert extended.signed.kind == "extension"


@pytest.mark.parametrize("name", ["decision.docx", "proposal.docx"])
def test_the_drafts_name_people_article_and_form(
    station: Principal, chairman: Principal, name: str
) -> None:
    rows = [order(f'Nông "Văn" #Ba {n}', 60 + n) for n in range(2)]
    listing = listed(rows, station)

    answer = signed_in(chairman).get(f"/isolation/lists/{listing.id}/{name}")
    made = docx.Document(io.BytesIO(answer.content))
    cells = [cell.text for table in made.tables for line in table.rows for cell in line.cells]
    text = "\n".join([line.text for line in made.paragraphs] + cells)

    assert 'Nông "Văn" #Ba 1' in text
    assert "Điều 15 Nghị định 165/2026/NĐ-CP" in text
    assert ("Mẫu số 02 Phụ lục IV" in text) == (name == "decision.docx")
    assert "người tiếp xúc" in text
    assert not re.search(r"\bF[0-4]\b", text)
    assert "chưa có quy định số ngày" in text or name == "proposal.docx"


@pytest.mark.parametrize("name", ["decision.pdf", "proposal.pdf"])
def test_the_drafts_are_pdf_too(station: Principal, chairman: Principal, name: str) -> None:
    listing = listed([order("Nông Thị Bốn", 66)], station)

    answer = signed_in(chairman).get(f"/isolation/lists/{listing.id}/{name}")

    assert answer.content.startswith(b"%PDF-")
    assert signed_in(chairman).get(f"/isolation/lists/{listing.id}/decision.exe").status_code == 404


def test_a_person_reads_what_was_decided_about_him(station: Principal, chairman: Principal) -> None:
    row = order("Lương Thị Tám", 71)
    me = signed_in(cast.citizen(row.person_id))
    assert "No decision about you." in me.get("/isolation/mine/").content.decode()
    assert "/isolation/mine/" not in me.get("/pass/").content.decode()
    paper = signed(listed([row], station), chairman)

    page = me.get("/isolation/mine/").content.decode()

    assert "/isolation/mine/" in me.get("/pass/").content.decode()
    assert paper.number in page
    assert "Isolation at home" in page or "isolation at home" in page
    assert not re.search(r"\bF[0-4]\b", page)
    assert row.reference not in signed_in(cast.citizen()).get("/isolation/mine/").content.decode()


@pytest.mark.parametrize(
    "role", [Role.SAMPLER, Role.COMMUNE_POLICE, Role.VILLAGE_HEALTH_WORKER, Role.OUTSIDER]
)
def test_others_get_no_page_of_orders(here: Unit, role: Role) -> None:
    client = signed_in(cast.of_commune(role, here.commune))

    assert client.get("/isolation/").status_code == 403
    assert client.get("/isolation/sign/").status_code == 403
    assert client.get("/isolation/morning/").status_code == 403


@pytest.mark.parametrize("code", [NEXT_CODE, ABROAD_CODE])
def test_sql_of_another_commune_or_province_finds_nothing(
    station: Principal, chairman: Principal, code: str
) -> None:
    row = order("Lương Thị Chín", 72)
    record(
        signed_in(chairman),
        listed([row], station),
        [row.id],
        scan=SimpleUploadedFile("a.pdf", PDF),
    )
    unit = Unit.of(code)
    strangers = [cast.of_commune(Role.COMMUNE_CHAIRMAN, unit.commune)]
    if code == ABROAD_CODE:
        strangers.append(cast.of_province(Role.DIRECTOR, unit.province))
    tables = ("order", "holding", "listing", "signed", "scan", "orderstep", "advice")
    for stranger in strangers:
        with scoped(stranger, "attack"), connections["default"].cursor() as cursor:
            for table in tables:
                cursor.execute(f"select count(*) from isolation_{table}")
                assert cursor.fetchone() == (0,), table
            cursor.execute(
                "select count(*) from core_datakey k join isolation_scan s on s.id = k.person"
            )
            assert cursor.fetchone() == (0,)
    with scoped(station, "test"):
        assert Scan.objects.exists()


def test_the_morning_board_of_the_province_has_references_and_no_names(here: Unit) -> None:
    row = order("Lương Thị Mười", 73)
    with system_scope("test"):
        Order.objects.filter(pk=row.pk).update(list_due=now() - timedelta(minutes=5))

    page = signed_in(cast.of_province(Role.DIRECTOR, here.province)).get("/isolation/morning/")

    assert row.reference in page.content.decode()
    assert "Lương Thị Mười" not in page.content.decode()


def copies(first: Order, many: int) -> list[Order]:
    """The same person found again and again: orders as alike as an annex's."""
    with system_scope("test"):
        last = Order.objects.filter(person=first.person).latest("found_at").found_at
        rows = []
        for n in range(1, many + 1):
            row = Order.objects.get(pk=first.pk)
            row.id, row.state, row.found_at = uuid7(), "proposed", last + timedelta(seconds=n)
            rows.append(row)
        return Order.objects.bulk_create(rows)


def test_five_hundred_in_one_decision_ask_the_database_as_often_as_five(
    station: Principal, chairman: Principal
) -> None:
    """The chairman waits for a page, not for 500 times what one person needs."""
    first = order("Trần Thị Đông", 81)
    few, many = listed(copies(first, 5), station), listed(copies(first, 495), station)
    asked: dict[int, list[int]] = {5: [], 495: []}
    for listing, people in ((few, 5), (many, 495)):
        with system_scope("test"):
            ids = list(Order.objects.filter(listing=listing).values_list("id", flat=True))
        assert len(ids) == people
        client = signed_in(chairman)
        for act in ("read", "record"):
            with CaptureQueriesContext(connections["default"]) as queries:
                if act == "read":
                    assert client.get(f"/isolation/lists/{listing.id}/").status_code == 200
                else:
                    assert record(client, listing, ids) == 302
            asked[people].append(len(queries))
    with CaptureQueriesContext(connections["default"]) as queries:
        page = signed_in(station).get("/isolation/?level=tell").content.decode()
    assert page.count("Trần Thị Đông") >= 495

    for little, much in zip(asked[5], asked[495], strict=True):
        assert much <= little + 10
    assert len(queries) < 80
