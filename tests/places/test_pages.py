"""The pages of places: the list, one place, registering, and the search for communes."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from lachan.core.roles import Role
from lachan.core.scope import reference_reading
from lachan.places.models import Organisation, Place
from tests.factories import cast
from tests.places.actors import browser_of, factory_of, manager, part_of, station_officer
from tests.places.units import BAC_NINH, HANOI_HONG_HA, NENH


def test_anybody_may_search_for_a_commune_without_diacritics() -> None:
    answer = Client(headers={"host": "localhost"}).get(
        reverse("places:units"), {"name": "commune", "commune_text": "nenh"}
    )
    text = answer.content.decode()
    assert f'name="commune" value="{NENH}"' in text
    assert "Phường Nếnh, Tỉnh Bắc Ninh" in text


def test_the_search_says_when_nothing_is_called_so() -> None:
    answer = Client(headers={"host": "localhost"}).get(
        reverse("places:units"), {"commune_text": "xyzzy"}
    )
    assert "Hãy gõ phần khác của tên" in answer.content.decode()


def test_the_search_echoes_no_markup() -> None:
    answer = Client(headers={"host": "localhost"}).get(
        reverse("places:units"), {"name": '"><b>', "commune_text": "<b>nenh"}
    )
    assert "<b>" not in answer.content.decode()


def test_a_manager_registers_a_place_of_his_organisation() -> None:
    actor = manager()
    name = f"Nhà máy {uuid4()}"
    answer = browser_of(actor).post(
        reverse("places:register"),
        {"name": name, "kind": "campus", "commune": str(NENH), "commune_text": "nenh"},
    )
    assert answer.status_code == 302
    with reference_reading():
        place = Place.objects.get(name=name)
    assert (place.organisation_id, place.commune, place.province) == (
        actor.organisation,
        NENH,
        BAC_NINH,
    )


def test_an_officer_registers_a_place_with_the_body_that_runs_it() -> None:
    body, browser = f"Chợ đầu mối {uuid4()}", browser_of(station_officer())
    for name in ("Chợ Nếnh", "Chợ Nếnh đêm"):
        values = {"name": name, "kind": "market", "commune": str(NENH), "run_by": body}
        assert browser.post(reverse("places:register"), values).status_code == 302
    with reference_reading():
        assert Organisation.objects.get(name=body).places.count() == 2


@pytest.mark.parametrize(
    ("commune", "text", "sentence"),
    [
        ("", "", "Type the commune&#x27;s name and choose it."),
        ("", "nenh", "Choose the commune from the list below."),
        ("", "xyzzy", "No commune is called so."),
        (str(BAC_NINH), "", "Choose a commune from the list."),
        ("1", "", "Choose a commune from the list."),
    ],
)
def test_the_form_says_what_to_do_about_the_commune(commune: str, text: str, sentence: str) -> None:
    values = {"name": "X", "kind": "campus", "commune": commune, "commune_text": text}
    page = browser_of(manager()).post(reverse("places:register"), values).content.decode()
    assert sentence in page
    assert f'value="{text}"' in page


def test_without_a_script_the_form_comes_back_with_the_hits() -> None:
    values = {"name": "X", "kind": "campus", "commune_text": "nenh"}
    page = browser_of(manager()).post(reverse("places:register"), values).content.decode()
    assert f'value="{NENH}"' in page


def test_an_officer_cannot_register_in_another_commune() -> None:
    values = {"name": "X", "kind": "market", "commune": str(HANOI_HONG_HA), "run_by": "Y"}
    page = browser_of(station_officer()).post(reverse("places:register"), values)
    assert "not your organisation" in page.content.decode()
    with reference_reading():
        assert not Organisation.objects.filter(name="Y").exists()


def test_a_manager_adds_parts_a_line_each_and_hears_of_the_refused() -> None:
    actor = manager()
    factory = factory_of(actor)
    part_of(factory, "line", "Chuyền 2", actor)
    values = {"kind": "line", "names": "Chuyền 10\n\nChuyền 2\nChuyền 1\n"}
    answer = browser_of(actor).post(
        reverse("places:add_parts", args=[factory.pk]), values, follow=True
    )
    page = answer.content.decode()
    assert "2 parts were added." in page
    assert "Chuyền 2: This place has such a part already." in page
    shown = [page.index(f">{name}</a>") for name in ("Chuyền 1", "Chuyền 2", "Chuyền 10")]
    assert shown == sorted(shown)


def test_a_part_shows_what_it_is_part_of() -> None:
    actor = manager()
    workshop = part_of(factory_of(actor), "workshop", "Xưởng A", actor)
    line = part_of(workshop, "line", "Chuyền 7", actor)
    page = browser_of(actor, "vi").get(reverse("places:place", args=[line.pk])).content.decode()
    assert page.index("Nhà máy Minh Hà") < page.index("Xưởng A")
    assert "Chuyền sản xuất" in page
    assert "Phường Nếnh, Tỉnh Bắc Ninh" in page


def test_a_place_is_renamed_and_closed() -> None:
    actor = manager()
    place, browser = factory_of(actor), browser_of(actor)
    browser.post(reverse("places:rename", args=[place.pk]), {"name": "Nhà máy mới"})
    answer = browser.post(reverse("places:close", args=[place.pk]), follow=True)
    assert "The place is closed." in answer.content.decode()
    with reference_reading():
        place.refresh_from_db()
    assert place.name == "Nhà máy mới"
    assert place.closed_at is not None


def test_the_list_shows_whose_place_it_is_and_finds_without_diacritics() -> None:
    actor = manager()
    name = f"Nhà máy Đồng Vàng {uuid4()}"
    place = factory_of(actor, name)
    page = browser_of(actor).get(reverse("places:places"), {"q": "dong vang"}).content.decode()
    assert reverse("places:place", args=[place.pk]) in page
    stranger = browser_of(manager()).get(reverse("places:places")).content.decode()
    assert name not in stranger
    assert "No place is registered yet." in stranger


def test_a_list_without_hits_says_so() -> None:
    page = browser_of(manager()).get(reverse("places:places"), {"q": "xyzzy"}).content.decode()
    assert "No place is called so." in page


def test_a_stranger_may_look_and_not_change() -> None:
    place, stranger = factory_of(manager()), browser_of(manager())
    page = stranger.get(reverse("places:place", args=[place.pk])).content.decode()
    assert "Rename" not in page
    answer = stranger.post(reverse("places:rename", args=[place.pk]), {"name": "X"})
    assert answer.status_code == 403


def test_there_is_no_page_of_a_place_that_is_not() -> None:
    answer = browser_of(manager()).get(reverse("places:place", args=[uuid4()]))
    assert answer.status_code == 404


@pytest.mark.parametrize("name", ["places", "register"])
@pytest.mark.parametrize("role", [Role.OUTSIDER, Role.CITIZEN])
def test_who_has_no_task_with_places_is_kept_out(name: str, role: Role) -> None:
    actor = cast.outsider() if role is Role.OUTSIDER else cast.citizen()
    assert browser_of(actor).get(reverse(f"places:{name}")).status_code == 403


def test_a_tracer_reads_and_does_not_register() -> None:
    browser = browser_of(cast.of_province(Role.TRACER, BAC_NINH))
    assert "Register a place" not in browser.get(reverse("places:places")).content.decode()
    assert browser.get(reverse("places:register")).status_code == 403
