"""Self-tests at home: told with a photo, answered by the station, never a result."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lachan.core.clock import OFFSET, now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.sampling import rapid_home, selectors
from lachan.sampling.models import Result, SelfTest
from lachan.sampling.rapid_home import Told
from tests.factories import cast
from tests.factories.cast import NEXT_DOOR
from tests.factories.people import person
from tests.factories.photos import jpeg
from tests.sampling.people_at_the_table import browser
from tests.sampling.reading_tables import refused, site


@pytest.fixture(scope="module", autouse=True)
def _rules(database: str) -> None:
    site()


def told(claimed: str = "positive", **more: object) -> Told:
    """What somebody says this minute."""
    given = {"id": uuid7(), "done_at": now(), "kit": "Kit B", "photo": jpeg()} | more
    return Told(disease="covid-19", claimed=claimed, **given)  # type: ignore[arg-type]


def reported(claimed: str = "positive") -> tuple[UUID, SelfTest]:
    """Somebody has reported."""
    whom = person("Trần Thị Mai").id
    with scoped(cast.citizen(whom), "own_data") as by:
        return whom, rapid_home.report(person=whom, told=told(claimed), by=by)


def answer(row: SelfTest, said: str, note: str = "") -> None:
    """The station of the commune answers."""
    with scoped(cast.of_commune(Role.STATION_OFFICER), "sampling") as by:
        rapid_home.answer(row=row, answer=said, note=note, by=by)


def test_a_report_is_nobodys_result() -> None:
    whom, row = reported()
    answer(row, "confirmed")
    with system_scope("test"):
        assert not Result.objects.exists()
        assert selectors.outcomes_of(whom) == []
        assert selectors.facts_of(whom, now()) == {}
        assert selectors.released_positives([]) == []


@pytest.mark.parametrize(
    ("claimed", "said", "asked"),
    [
        ("positive", "confirmed", [("rapid_positive", "pcr", True)]),
        ("negative", "confirmed", []),
        ("negative", "come", [("hand", "rapid", True)]),
        ("positive", "come", [("hand", "rapid", True)]),
    ],
)
def test_the_answer_asks_for_a_sample_where_one_is_needed(
    claimed: str, said: str, asked: list[tuple[str, str, bool]]
) -> None:
    whom, row = reported(claimed)
    answer(row, said)
    with system_scope("test"):
        rows = selectors.requests_of(whom)
        assert [(one.source, one.method, one.single) for one in rows] == asked


def test_a_report_is_answered_once_and_dismissed_with_a_reason() -> None:
    _whom, row = reported()
    with refused("reason_needed"):
        answer(row, "dismissed", " ")
    answer(row, "dismissed", "Ảnh mờ")
    with refused("self_test_answered"):
        answer(row, "confirmed")


def test_the_same_report_twice_is_one_and_another_is_refused() -> None:
    whom = person().id
    first = told()
    with scoped(cast.citizen(whom), "own_data") as by:
        rapid_home.report(person=whom, told=first, by=by)
        rapid_home.report(person=whom, told=first, by=by)
        with refused("different_content"):
            rapid_home.report(person=whom, told=told("negative", id=first.id), by=by)
        assert SelfTest.objects.filter(person=whom).count() == 1


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"photo": None}, "photo_needed"),
        ({"photo": b"<svg onload=alert(1)>"}, "photo_unreadable"),
        ({"photo": b"\xff\xd8\xff" + bytes(rapid_home.MOST_BYTES)}, "photo_too_big"),
    ],
)
def test_what_cannot_be_kept_is_refused(more: dict[str, object], code: str) -> None:
    whom = person().id
    with scoped(cast.citizen(whom), "own_data") as by, refused(code):
        rapid_home.report(person=whom, told=told(**more), by=by)


@pytest.mark.parametrize("ago", [timedelta(hours=-1), timedelta(hours=49)])
def test_a_test_to_come_or_of_long_ago_is_refused(ago: timedelta) -> None:
    whom = person().id
    with scoped(cast.citizen(whom), "own_data") as by, refused("self_test_when"):
        rapid_home.report(person=whom, told=told(done_at=now() - ago), by=by)


def test_the_photo_is_sealed_and_without_its_place() -> None:
    _whom, row = reported()
    with system_scope("test"):
        row = SelfTest.objects.get(pk=row.pk)
        assert row.photo is not None
        assert b"JFIF" not in bytes(row.photo)
        opened = rapid_home.photo_of(row)
    assert b"JFIF" in opened
    assert b"GPS" not in opened


def test_the_citizen_sends_and_reads_the_answer() -> None:
    whom = person("Trần Thị Mai").id
    client = browser(cast.citizen(whom))
    assert "checked" not in client.get("/self-test/").text
    given = {
        "id": str(uuid7()),
        "claimed": "negative",
        "done_at": now().astimezone(OFFSET).strftime("%Y-%m-%dT%H:%M"),
        "photo": SimpleUploadedFile("a.jpg", jpeg(), "image/jpeg"),
    }
    page = client.post("/self-test/", given, follow=True)
    assert "The health station has not looked yet." in page.text
    with system_scope("test"):
        row = SelfTest.objects.get(person=whom)
    station = browser(cast.of_commune(Role.STATION_OFFICER))
    assert "Trần Thị Mai" in station.get("/sampling/self-tests/").text
    photo = station.get(f"/sampling/self-tests/{row.pk}/photo/")
    assert (photo["Content-Type"], photo["Cache-Control"]) == ("image/jpeg", "no-store")
    station.post(f"/sampling/self-tests/{row.pk}/", {"answer": "come"})
    assert "Please come to the health station" in client.get("/self-test/").text


def test_only_the_station_of_the_commune_sees_it() -> None:
    _whom, row = reported()
    strangers = [
        cast.of_commune(Role.STATION_OFFICER, NEXT_DOOR),
        cast.citizen(person().id),
        cast.outsider(),
        cast.of_organisation(Role.SAMPLER),
    ]
    for stranger in strangers:
        client = browser(stranger)
        for address in (f"/sampling/self-tests/{row.pk}/", f"/sampling/self-tests/{row.pk}/photo/"):
            assert client.get(address).status_code in {403, 404}
        with scoped(stranger, "sampling"):
            assert not SelfTest.objects.filter(pk=row.pk).exists()
