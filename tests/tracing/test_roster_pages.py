"""The pages of lists and groups, from the file to a group confirmed but for two."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from lachan.core.models import AuditEvent
from lachan.core.roles import Role
from lachan.core.scope import system_scope
from lachan.people.services import Stay, register_person
from lachan.tracing.models import Case, ColumnMemory, Contact, ContactGroup, Roster, Run
from tests.factories import cast, outbreak, rosters
from tests.factories.outbreak import Unit
from tests.tracing.test_pages import signed_in


def wrong_rows() -> list[list[object]]:
    """Line 7 of the night with two rows nobody can read, and one of another shift."""
    rows = rosters.scenario_2()
    phone, paper = rosters.worker(70, line="Chuyền 7", shift="ca 3"), rosters.worker(71)
    phone[6] = "mất máy"
    paper[5] = "02401"
    return [*rows, phone, paper]


@pytest.fixture(scope="module")
def case(database: str, tmp_path_factory: pytest.TempPathFactory) -> Case:
    from django.conf import settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(settings.HOME), "engine", tmp_path_factory.mktemp("engine"))
        here = Unit.of(outbreak.HERE_CODE)
        with system_scope("test") as by:
            person = register_person(
                full_name=rosters.name_of(1),
                phones=["0900000001"],
                stay=Stay(here.commune, here.province, "Ngõ 1"),
                by=by,
            )
        return outbreak.positive(person)


@pytest.fixture(scope="module")
def tracer(case: Case) -> Client:
    return signed_in(cast.of_province(Role.TRACER, case.province))


def upload(client: Client, case: Case, data: bytes, name: str = "nhan-su.xlsx") -> str:
    """Send a file; the page it leads to."""
    answer = client.post(
        f"/tracing/{case.id}/rosters/",
        {"file": SimpleUploadedFile(name, data), "name": "Công ty Sao Mai", "kind": "company"},
    )
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["location"])


@pytest.fixture(scope="module")
def columns(case: Case, tracer: Client) -> str:
    """The page of a list's columns."""
    return upload(tracer, case, rosters.workbook(wrong_rows()))


@pytest.fixture(scope="module")
def groups(tracer: Client, columns: str) -> str:
    """The page on which groups are chosen, the columns being right."""
    page = tracer.get(columns).content.decode()
    answer = tracer.post(columns, {"role": _selected(page)})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["location"])


def _selected(page: str) -> list[str]:
    selects = re.findall(r'<select [^>]*name="role".*?</select>', page, re.S)
    return [re.findall(r'value="(\w*)" selected', select)[0] for select in selects]


def _checked(page: str) -> list[str]:
    return re.findall(r'name="close" value="([^"]+)" checked', page)


@pytest.fixture(scope="module")
def result(case: Case, tracer: Client, groups: str) -> str:
    """The page of an imported list."""
    page = tracer.get(groups).content.decode()
    answer = tracer.post(groups, {"close": _checked(page), "shift": "3"})
    assert answer.status_code == 302, answer.content.decode()
    with system_scope("test"):
        made = Roster.objects.get(case=case, rows=71)
    rosters.work(made)
    return str(answer.headers["location"])


def test_without_a_list_the_page_says_what_to_send(tracer: Client, case: Case) -> None:
    page = tracer.get(f"/tracing/{case.id}/groups/").content.decode()

    assert "No group yet." in page
    assert "Send a list" in page


def test_a_run_over_the_limit_names_nobody_and_leads_to_the_import(
    tracer: Client, case: Case
) -> None:
    with system_scope("test"):
        Run.objects.filter(case=case).update(state="done", unnamed=True, linked=6_000)
    page = tracer.get(f"/tracing/{case.id}/").content.decode()

    assert "Nobody is named, because 6000 people" in page
    assert f'href="/tracing/{case.id}/groups/#send"' in page


def test_the_columns_are_guessed_and_the_first_rows_shown(tracer: Client, columns: str) -> None:
    page = tracer.get(columns).content.decode()

    assert _selected(page)[2:7] == ["name", "birth", "sex", "document", "phone"]
    assert rosters.name_of(20) in page
    assert rosters.name_of(30) not in page


def test_a_list_needs_a_name_column(tracer: Client, columns: str) -> None:
    answer = tracer.post(columns, {"role": [""] * 13})

    assert answer.status_code == 422
    assert "Say which column holds the name." in answer.content.decode()


def test_the_groups_of_the_case_are_chosen_and_counted(tracer: Client, groups: str) -> None:
    page = tracer.get(groups).content.decode()

    assert "The case stands in row 3 of the list" in page
    assert sorted(_checked(page)) == ["line:7:3", "room:12nhatrohoa:", "vehicle:7:"]
    assert re.findall(r"<dd>([\d.]+)</dd>", page) == ["68", "0", "0", "2"]


def test_other_groups_are_found_without_marks(tracer: Client, groups: str) -> None:
    page = tracer.get(f"{groups}?q=nha+tro+mai&close=line:7:3").content.decode()

    assert "Phòng 1, Nhà trọ Mai" in page
    assert _checked(page) == ["line:7:3"]
    assert "Chuyền 8" not in page


def test_the_result_says_what_was_taken_and_what_refused(tracer: Client, result: str) -> None:
    page = tracer.get(result).content.decode()

    assert "68 people of the chosen groups stand to verify." in page
    assert "1 row of the chosen groups was refused" in page
    assert "This is no phone number" in page


def test_the_copy_holds_the_refused_rows_with_their_reasons(tracer: Client, result: str) -> None:
    answer = tracer.get(f"{result}copy/")
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]

    assert "nhan-su-can-sua.xlsx" in answer.headers["content-disposition"]
    assert sheet.title == "Danh sách"
    assert [cell.value for cell in sheet["C"]][2:] == [rosters.name_of(70), rosters.name_of(71)]
    assert str(sheet["N3"].value).startswith("This is no phone number")
    assert sheet["F4"].number_format == "@"
    everything = tracer.get(f"{result}copy/?rows=all").content
    assert load_workbook(io.BytesIO(everything)).worksheets[0].max_row == 73


def test_a_group_is_confirmed_as_one_act_but_for_two(
    tracer: Client, case: Case, result: str
) -> None:
    with system_scope("test"):
        group = ContactGroup.objects.get(case=case, kind="line")
        before = AuditEvent.objects.using("owner").filter(kind="contact.confirmed").count()
    here = f"/tracing/{case.id}/groups/{group.id}/"
    page = tracer.get(here).content.decode()
    ticked = re.findall(r'name="contacts" value="([^"]+)" checked', page)
    answer = tracer.post(f"{here}decide/", {"act": "confirm", "contacts": ticked[2:]})

    assert len(ticked) == 47
    assert answer.status_code == 302
    with system_scope("test"):
        states = list(Contact.objects.filter(case=case).values_list("state", flat=True))
        after = AuditEvent.objects.using("owner").filter(kind="contact.confirmed").count()
    assert (states.count("confirmed"), states.count("to_verify")) == (45, 23)
    assert after == before + 1, "a batch is one event"
    assert len(re.findall(' checked aria-label="', tracer.get(here).content.decode())) == 2


def test_the_sums_of_a_group_close(tracer: Client, case: Case, result: str) -> None:
    with system_scope("test"):
        group = ContactGroup.objects.get(case=case, kind="vehicle")
    page = tracer.get(f"/tracing/{case.id}/groups/{group.id}/?state=all").content.decode()
    counts = [int(n) for n in re.findall(r'<span class="fig">(\d+)</span></a>', page)]

    assert counts[0] == 39 == sum(counts[1:])


def test_the_next_list_with_this_header_reads_itself(
    tracer: Client, case: Case, result: str
) -> None:
    """Somebody said that the code is a note; the next list of the office is read so."""
    with system_scope("test"):
        memory = ColumnMemory.objects.get()
        roles = ["ordinal", "note", *memory.roles[2:]]
        ColumnMemory.objects.update(roles=roles)
    where = upload(tracer, case, rosters.workbook([rosters.worker(900, line="Chuyền 3")]))

    assert _selected(tracer.get(where).content.decode()) == roles


def test_a_file_that_is_no_list_is_refused_with_what_to_do(tracer: Client, case: Case) -> None:
    for name, data in (("a.pdf", b"%PDF"), ("b.xlsx", b"PK\x03\x04broken"), ("c.csv", b"\n\n")):
        answer = tracer.post(
            f"/tracing/{case.id}/rosters/",
            {"file": SimpleUploadedFile(name, data), "name": "X", "kind": "other"},
        )
        assert answer.status_code == 422, name


@pytest.mark.parametrize("role", [Role.TRACER, Role.DIRECTOR])
def test_an_officer_of_another_province_finds_no_such_list(
    case: Case, result: str, role: Role
) -> None:
    abroad = signed_in(cast.of_province(role, Unit.of(outbreak.ABROAD_CODE).province))

    assert abroad.get(result).status_code == 404
    assert abroad.get(f"{result}copy/").status_code == 404


def test_a_file_may_be_destroyed_before_its_time(tracer: Client, case: Case, result: str) -> None:
    tracer.post(f"{result}let-go/")

    assert tracer.get(f"{result}copy/").status_code == 410
    assert "The file has been destroyed." in tracer.get(result).content.decode()
