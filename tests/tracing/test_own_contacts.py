"""A contact declares whom he met: by a link without an account, or on paper."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.test import Client

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import reference_reading, scoped, system_scope
from lachan.notices.models import Notice
from lachan.notices.sentences import text_of
from lachan.places.selectors import unit_name
from lachan.tracing import naming_selectors, receiving, tasks
from lachan.tracing.models import Contact, Invitation, Submission
from tests.factories import cast, outbreak
from tests.tracing.asked import (
    ABROAD,
    HERE,
    Office,
    browser,
    invited,
    line,
    listed,
    named,
    office,
)
from tests.tracing.pdf_words import words_of

#: What nobody outside may read: levels and diseases.
LABELS = re.compile(r"\bF[0-4]\b|COVID|[Mm]easles|[Ss]ởi")


@pytest.fixture(scope="module")
def where(database: str) -> Office:
    return office()


@pytest.fixture(scope="module")
def f1(where: Office) -> Contact:
    return named(where, "Lương Thị Oanh", phone="0900000311")


@pytest.fixture
def code(where: Office, f1: Contact) -> str:
    return invited(where, f1)[1]


def row(**typed: str) -> dict[str, str]:
    """The first row of the public page as a phone sends it."""
    told = {"key": str(uuid7()), "name": "", "phone": "", "day": "", "where": "", "commune": ""}
    return {f"p0-{name}": text for name, text in (told | {"note": ""} | typed).items()}


def sent(code: str, **typed: str) -> int:
    """Send a row as nobody; the status of the answer."""
    return browser().post(f"/khai-tiep-xuc/{code}/", row(**typed)).status_code


def kept() -> int:
    return Submission.objects.using("owner").count()


def test_the_page_says_who_asks_and_names_nobody(code: str) -> None:
    for language in ("vi", "en"):
        page = browser(language=language).get(f"/khai-tiep-xuc/{code}/").text

        assert "0900000999" in page
        assert "Oanh" not in page
        assert "Ngân" not in page
        assert not LABELS.search(page)


def test_a_code_is_read_as_it_is_spoken(code: str) -> None:
    spoken = f"{code[:5]}-{code[5:]}".lower()

    assert browser().get(f"/khai-tiep-xuc/{spoken}/").status_code == 200


def test_what_is_declared_is_to_be_verified_one_hop_farther(
    where: Office, f1: Contact, code: str
) -> None:
    typed = {"name": "Nông Thị Hoa", "phone": "0900 000 401", "where": "Chợ", "day": "2026-11-20"}

    answer = browser(language="en").post(f"/khai-tiep-xuc/{code}/", row(**typed), follow=True)
    assert "1 person received." in answer.text
    assert "Nông Thị Hoa" not in answer.text
    assert tasks.work_submissions() == 1

    found = listed(where.case)["Nông Thị Hoa"]
    assert (found.state, found.source, found.hop) == ("to_verify", "declared", 2)
    assert found.via_id == f1.id
    page = browser(where.tracer).get(f"/tracing/contacts/{found.id}/").text
    assert "Lương Thị Oanh declared it." in page
    assert "Chợ" in page


def test_a_row_is_sealed_before_it_lies_in_the_database(code: str) -> None:
    assert sent(code, name="Người Kín Tiếng", phone="0900000402") == 302

    with connections["owner"].cursor() as cursor:
        cursor.execute("select s::text from tracing_submission s")
        assert "Kín" not in str(cursor.fetchall())
        cursor.execute("select count(*) from tracing_submission where sealed is not null")
        assert cursor.fetchone()[0] >= 1


def test_sent_twice_it_is_kept_once_and_other_words_are_refused(where: Office, code: str) -> None:
    key = str(uuid7())
    assert sent(code, key=key, name="Đinh Văn Hai Lần", phone="0900000403") == 302
    before = kept()

    assert sent(code, key=key, name="Đinh Văn Hai Lần", phone="0900000403") == 302
    assert sent(code, key=key, name="Tên Khác Hẳn", phone="0900000403") == 409

    assert kept() == before
    tasks.work_submissions()
    assert tasks.work_submissions() == 0
    rows = listed(where.case)
    assert "Đinh Văn Hai Lần" in rows
    assert "Tên Khác Hẳn" not in rows


def test_half_a_page_is_not_taken(code: str) -> None:
    key = str(uuid7())
    sent(code, key=key, name="Đã Gửi Rồi")
    before = kept()
    second = {f"p1-{name[3:]}": text for name, text in row(name="Người Mới").items()}

    answer = browser().post(f"/khai-tiep-xuc/{code}/", row(key=key, name="Khác") | second)

    assert answer.status_code == 409
    assert kept() == before


def test_same_phone_and_name_is_met_and_a_shared_phone_is_not(where: Office, code: str) -> None:
    known = outbreak.somebody("Trần Thị Quen", HERE, "0900000404")
    sent(code, name="tran thi quen", phone="0900000404")
    sent(code, name="Trần Văn Cùng Máy", phone="0900000404")
    tasks.work_submissions()

    rows = listed(where.case)
    assert rows["Trần Thị Quen"].person_id == known.id
    assert rows["Trần Văn Cùng Máy"].person_id != known.id


def test_a_description_alone_is_somebody_unknown(where: Office, code: str) -> None:
    sent(code, note="Ông bán vé số hay ngồi trước cổng")
    tasks.work_submissions()

    assert listed(where.case)["Ông bán vé số hay ngồi trước cổng"].identity == "unknown"


def test_a_commune_is_understood_without_marks(where: Office, code: str) -> None:
    sent(code, name="Hà Thị Nếnh", commune="nenh")
    sent(code, name="Hà Thị Đâu Đó", commune="gần cây đa")
    tasks.work_submissions()

    rows = listed(where.case)
    assert unit_name(rows["Hà Thị Nếnh"].home_commune) == "Phường Nếnh"
    assert rows["Hà Thị Đâu Đó"].home_commune == where.case.commune


def test_what_cannot_be_read_is_listed_with_all_its_words(where: Office, code: str) -> None:
    row = a_row("Người Số Lạ", phone="12", note="ở cạnh lò gạch")
    receiving.hand_in([row], invitation=code)

    assert tasks.work_submissions() == 1

    found = listed(where.case)["Người Số Lạ"]
    assert found.identity == "unknown"
    with scoped(where.tracer, "tracing"):
        assert naming_selectors.note_of(found) == "Người Số Lạ · 12 · ở cạnh lò gạch"


def test_who_names_the_case_itself_names_nobody_new(where: Office, code: str) -> None:
    rows = [a_row("Đỗ Thị Ngân", phone="0900000300"), a_row("Người Đi Cùng")]
    receiving.hand_in(rows, invitation=code)

    assert tasks.work_submissions() == 2

    found = listed(where.case)
    assert "Đỗ Thị Ngân" not in found
    assert "Người Đi Cùng" in found
    with system_scope("test"):
        assert Submission.objects.get(pk=rows[0].id).contact_id is None


def test_two_rows_about_one_new_person_are_one_contact(where: Office, code: str) -> None:
    rows = [a_row("Lục Thị Đôi", phone="0900000410"), a_row("lục thị đôi", phone="0900 000 410")]
    receiving.hand_in(rows, invitation=code)

    assert tasks.work_submissions() == 2

    with system_scope("test"):
        kept = Submission.objects.filter(pk__in=[row.id for row in rows])
        assert len(set(kept.values_list("contact", flat=True))) == 1


def test_fifty_rows_and_no_more(where: Office) -> None:
    _invitation, code = invited(where, named(where, "Người Quen Rộng"))
    for number in range(50):
        receiving.hand_in([a_row(f"Người Thứ {number}")], invitation=code)

    assert sent(code, name="Người Thứ Năm Mốt") == 410
    with pytest.raises(receiving.Refused) as refused:
        receiving.hand_in([a_row("Người Thứ Năm Mốt")], invitation=code)
    assert refused.value.code == "full"


def a_row(name: str, **more: str) -> receiving.Row:
    fields = {"name": name, "phone": "", "day": "", "where": "", "commune": "", "note": ""}
    return receiving.Row(id=uuid7(), fields=fields | more)


def test_what_is_too_long_is_refused(code: str) -> None:
    assert sent(code, name="Dài", note="x" * 401) == 422
    with pytest.raises(receiving.Refused) as refused:
        receiving.hand_in([a_row("Dài", note="ộ" * 3_000)], invitation=code)
    assert refused.value.code == "too_long"


def test_a_flood_from_one_address_waits(code: str) -> None:
    rows = [a_row("Lũ")]
    for _each in range(receiving.MOST_FROM_ONE_ADDRESS):
        receiving.hand_in(rows, invitation=code, asked_from="192.0.2.77")

    with pytest.raises(receiving.Refused) as refused:
        receiving.hand_in(rows, invitation=code, asked_from="192.0.2.77")

    assert refused.value.code == "too_many"
    assert refused.value.status == 429


@pytest.mark.parametrize("ended", ["expired", "closed"])
def test_an_ended_code_takes_nothing_and_says_whom_to_call(where: Office, ended: str) -> None:
    invitation, code = invited(where, named(where, f"Người {ended}"))
    if ended == "closed":
        page = f"/tracing/contacts/{invitation.contact_id}/invite/"
        browser(where.tracer).post(page, {"act": "close"})
    else:
        over = Invitation.objects.using("owner").filter(pk=invitation.pk)
        over.update(expires_at=now() - timedelta(minutes=1))
    before = kept()

    page = browser().get(f"/khai-tiep-xuc/{code}/")

    assert page.status_code == 410
    assert "0900000999" in page.text
    assert sent(code, name="Muộn Rồi") == 410
    with pytest.raises(receiving.Refused) as refused:
        receiving.hand_in([a_row("Muộn Rồi")], invitation=code)
    assert refused.value.code == "closed"
    assert kept() == before


def test_a_new_link_closes_the_one_before(where: Office, f1: Contact) -> None:
    _first, old = invited(where, f1)
    _second, new = invited(where, f1)

    assert browser().get(f"/khai-tiep-xuc/{old}/").status_code == 410
    assert browser().get(f"/khai-tiep-xuc/{new}/").status_code == 200


def test_a_code_nobody_gave_is_not_found(database: str) -> None:
    assert browser().get("/khai-tiep-xuc/ABCDEFGHJK/").status_code == 404
    assert sent("ABCDEFGHJK", name="Ai Đó") == 404


def test_the_public_reads_nothing_by_sql(code: str) -> None:
    sent(code, name="Không Ai Đọc Được")
    with reference_reading(), connections["default"].cursor() as cursor:
        for table in ("invitation", "submission", "publiccall", "calledplace", "identification"):
            cursor.execute(f"select count(*) from tracing_{table}")
            assert cursor.fetchone() == (0,), table
        cursor.execute("select tracing_invitation_of(%s)", [uuid4().bytes])
        assert cursor.fetchone() == (None,)


def test_a_row_does_not_take_a_persons_key(f1: Contact, code: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("select wrapped from core_datakey where person = %s", [f1.person_id])
        before = cursor.fetchone()
    taken = receiving.Row(id=f1.person_id, fields={"name": "Kẻ Cướp Khóa"})

    with pytest.raises(receiving.Refused) as refused:
        receiving.hand_in([taken], invitation=code)

    assert refused.value.code == "different_content"
    with connections["owner"].cursor() as cursor:
        cursor.execute("select wrapped from core_datakey where person = %s", [f1.person_id])
        assert cursor.fetchone() == before


def test_an_officer_of_another_province_sees_no_invitation(where: Office, f1: Contact) -> None:
    invited(where, f1)
    abroad = cast.of_province(Role.TRACER, ABROAD.province)

    with scoped(abroad, "attack"):
        assert not Invitation.objects.exists()
        assert not Submission.objects.exists()
    assert browser(abroad).get(f"/tracing/contacts/{f1.id}/link/").status_code == 404
    assert browser(abroad).get(f"/tracing/contacts/{f1.id}/sheet.pdf").status_code == 404


def test_the_message_waits_for_a_human_and_says_no_level(where: Office, f1: Contact) -> None:
    invitation, code = invited(where, f1)
    tracer = browser(where.tracer)

    tracer.post(f"/tracing/contacts/{f1.id}/message/")

    with system_scope("test"):
        notice = Notice.objects.get(reason=invitation.id)
        text = text_of(notice)
    assert notice.state == "drafted"
    assert f"/khai-tiep-xuc/{code}/" in text
    assert "0900000999" in text
    assert "Oanh" not in text
    assert not LABELS.search(text)


def test_a_duty_phone_is_needed(where: Office, f1: Contact) -> None:
    answer = browser(where.tracer).post(f"/tracing/contacts/{f1.id}/invite/", {"phone": "gọi trạm"})

    assert answer.status_code == 422
    assert "Write the duty phone" in answer.text


def test_the_sheet_has_the_code_and_nobody(where: Office, f1: Contact) -> None:
    _invitation, code = invited(where, f1)

    answer = browser(where.tracer).get(f"/tracing/contacts/{f1.id}/sheet.pdf")

    assert answer.headers["Content-Type"] == "application/pdf"
    words = words_of(answer.content)
    assert f"{code[:5]}-{code[5:]}" in words
    assert "Oanh" not in words
    assert not LABELS.search(words)


def test_a_filled_sheet_is_keyed_in(where: Office, f1: Contact) -> None:
    invitation, _code = invited(where, f1)
    tracer: Client = browser(where.tracer)
    typed = line(name="Quách Thị Giấy", via=str(f1.person_id), declared="on")

    tracer.post(where.add, typed)
    tracer.post(where.add, typed)

    found = listed(where.case)["Quách Thị Giấy"]
    assert (found.source, found.hop) == ("declared", 2)
    with system_scope("test"):
        row = Submission.objects.get(pk=UUID(str(typed["key"])))
        assert (row.channel, row.invitation_id, row.contact_id) == (
            "paper",
            invitation.id,
            found.id,
        )
