"""A list by Excel: good rows are taken, refused ones named by row, a killed import goes on."""

from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from lachan.core import facts
from lachan.core.scope import scoped, system_scope
from lachan.people.models import Person
from lachan.sampling import campaign_files, campaign_import, campaign_tasks
from lachan.sampling.models import Campaign, CampaignFile
from tests.sampling.people_at_the_table import browser
from tests.sampling.streets import Street, begun, members, planned, street
from tests.sampling.test_requests import refused

HEAD = ("STT", "Họ và tên", "Năm sinh", "Số điện thoại", "Địa chỉ")


def book(*rows: tuple[object, ...]) -> bytes:
    """A workbook with a header and these rows."""
    made = Workbook()
    sheet = made.worksheets[0]
    for row in (HEAD, *rows):
        sheet.append(row)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


GOOD = (1, "Lò Văn Sách", 1980, "0912000111", "Ngõ 1")
NO_NAME = (2, "", 1981, "0912000112", "Ngõ 1")
BAD_PHONE = (3, "Lò Thị Bút", 1982, "12", "Ngõ 1")


def sent(at: Street, campaign: Campaign, data: bytes) -> CampaignFile:
    """The station sends a list."""
    with scoped(at.officer, "sampling_campaign") as by:
        return campaign_files.send(campaign=campaign, data=data, file_name="danh sách.xlsx", by=by)


def read(file: CampaignFile) -> CampaignFile:
    """The row as it is now."""
    with system_scope("test"):
        return CampaignFile.objects.get(pk=file.pk)


def test_good_rows_become_members_and_refused_rows_are_numbered() -> None:
    at = street(1)
    campaign = planned(at, whom="file")
    file = sent(at, campaign, book(GOOD, NO_NAME, BAD_PHONE))
    campaign_tasks.import_campaign_lists()
    done = read(file)
    assert (done.state, done.rows, done.accepted, done.refused) == ("imported", 3, 1, 2)
    assert [row.why for row in members(campaign)] == ["listed"]
    with system_scope("test"):
        assert sorted(done.refusals.values_list("row", flat=True)) == [3, 4]


def test_the_copy_is_the_same_file_with_the_reasons() -> None:
    at = street(1)
    campaign = planned(at, whom="file")
    file = sent(at, campaign, book(GOOD, NO_NAME))
    campaign_tasks.import_campaign_lists()
    page = browser(at.officer).get(f"/campaigns/{campaign.id}/lists/{file.id}/copy/")
    sheet = load_workbook(BytesIO(page.content)).worksheets[0]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [2]
    assert "There is no name." in [cell.value for cell in sheet[2]]


def test_whoever_is_registered_is_found_again() -> None:
    at = street(1)
    first = planned(at, whom="file")
    sent(at, first, book((1, "Lò Văn Tìm", 1983, "0912000113", "")))
    campaign_tasks.import_campaign_lists()
    second = planned(at, whom="file")
    file = sent(at, second, book((9, "Lò Văn Tìm", 1983, "0912000113", "")))
    campaign_tasks.import_campaign_lists()
    assert read(file).known == 1
    assert [row.person_id for row in members(first)] == [row.person_id for row in members(second)]


def test_the_same_file_twice_is_one_list() -> None:
    at = street(1)
    campaign = planned(at, whom="file")
    data = book(GOOD)
    assert sent(at, campaign, data).pk == sent(at, campaign, data).pk


def test_a_file_without_names_is_refused_before_it_is_kept() -> None:
    at = street(1)
    campaign = planned(at, whom="file")
    made = Workbook()
    made.worksheets[0].append([12.5, 13.5])
    out = BytesIO()
    made.save(out)
    with refused("list_no_name"):
        sent(at, campaign, out.getvalue())
    with system_scope("test"):
        assert not CampaignFile.objects.filter(campaign=campaign).exists()


def test_an_import_killed_between_two_parts_goes_on_where_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(campaign_import, "PART", 3)
    monkeypatch.setattr(facts, "TURN", 0.0)
    at = street(1)
    campaign = planned(at, whom="file")
    rows = [(n, f"Lù Thị Dòng {n}", 1970, f"09130{n:05}", "") for n in range(1, 8)]
    file = sent(at, campaign, book(*rows))
    with system_scope("test") as by:
        locked = CampaignFile.objects.select_related("campaign__plan").get(pk=file.pk)
        people = campaign_files.people_of(locked)
        assert campaign_import.work_part(locked, people, by=by)
    assert read(file).accepted == 3
    campaign_tasks.import_campaign_lists()
    assert read(file).accepted == 6
    campaign_tasks.import_campaign_lists()
    done = read(file)
    assert (done.state, done.accepted, len(members(campaign))) == ("imported", 7, 7)


def test_in_a_running_campaign_the_people_of_a_list_are_asked_at_once() -> None:
    at = street(2)
    campaign = begun(at)
    with system_scope("test"):
        campaign.plan.whom = "file"
        campaign.plan.save()
    sent(at, campaign, book((1, "Lò Văn Sau", 1984, "0912000114", "")))
    campaign_tasks.import_campaign_lists()
    with system_scope("test"):
        [person] = Person.objects.filter(
            id__in=[row.person_id for row in members(campaign)]
        ).exclude(id__in=[person.id for person in at.people])
    [member] = members(campaign, person=person.id)
    assert member.request is not None


def test_after_its_time_the_file_is_destroyed_and_its_counts_stay() -> None:
    at = street(1)
    campaign = planned(at, whom="file")
    file = sent(at, campaign, book(GOOD, NO_NAME))
    campaign_tasks.import_campaign_lists()
    with system_scope("test"):
        CampaignFile.objects.filter(pk=file.pk).update(keep_until=file.sent_at)
    campaign_tasks.import_campaign_lists()
    done = read(file)
    assert (bytes(done.sealed), done.refused) == (b"", 1)
    page = browser(at.officer).get(f"/campaigns/{campaign.id}/lists/{file.id}/copy/")
    assert page.status_code == 410
