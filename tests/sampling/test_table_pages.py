"""The pages beside the table: what the device keeps, devices, reviews, labels."""

import json
from typing import Any

import numpy as np
import pytest
import zxingcpp
from django.test import Client

from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.models import Look
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.places.models import Organisation
from lachan.sampling.labels import (
    BARRED_FROM,
    SHEETS,
    Sheet,
    blank_slips,
    drawn,
    make_series,
    numbers_of,
)
from lachan.sampling.models import Campaign, LabelSeries, Tube
from lachan.sampling.table_people import SLIP
from lachan.sampling.table_tasks import take_table_events
from tests.browser.pictures import pixels
from tests.factories import cast
from tests.factories.people import person
from tests.gate.browsers import chromium
from tests.sampling.people_at_the_table import browser, code_of, seated, somebody, take, team
from tests.sampling.tables import table_of, unit, wire_to


def head_of(sampler: Principal) -> Principal:
    return cast.of_organisation(Role.STATION_OFFICER, sampler.organisation)


def a_series(sampler: Principal, prefix: str, count: int = 3, copies: int = 1) -> LabelSeries:
    with scoped(sampler, "sampling") as by:
        return make_series(prefix=prefix, count=count, copies=copies, by=by)


def test_the_page_tells_its_script_what_was_chosen() -> None:
    at = team()
    page = seated(at, "10").get("/sampling/")
    told = page.text.split('data-setting="')[1].split('"')[0].replace("&quot;", '"')
    assert json.loads(told) == {
        **{"limit": 10, "disease": "covid-19", "laboratory": str(at.laboratory)},
        **{"method": "pcr", "campaign": None},
    }
    assert "wasm-unsafe-eval" in page.headers["Content-Security-Policy"]


def test_a_device_enrols_itself_and_the_unit_sees_it() -> None:
    at = team()
    told = seated(at).post("/sampling/enrol/", headers={"accept": "application/json"}).json()
    assert told["token"].startswith("LD1_")
    page = browser(head_of(at.sampler)).get("/sampling/devices/")
    assert "Table: sampler" in page.text
    assert told["token"] not in page.text


def test_the_head_closes_a_lost_device() -> None:
    table = table_of(unit(), uuid7())
    client = browser(head_of(table.sampler))
    page = client.post(f"/sampling/devices/{table.device}/close/", follow=True)
    assert "The device sends nothing any more." in page.text
    assert "Lost: close it" not in page.text


def test_who_manages_places_is_no_head_of_a_unit() -> None:
    table = table_of(unit(), uuid7())
    manager = browser(cast.of_organisation(Role.PLACE_MANAGER, table.sampler.organisation))
    assert manager.get("/sampling/devices/").status_code == 403
    assert manager.post(f"/sampling/devices/{table.device}/close/").status_code == 403


def ask(client: Client, code: str) -> Any:
    accept = {"accept": "application/json"}
    told = {"code": code}
    return client.post("/sampling/who/", told, content_type="application/json", headers=accept)


def test_a_telephones_code_opens_a_name_and_the_look_is_on_record() -> None:
    mai = person("Trần Thị Mai", birth="1991").id
    told = ask(browser(unit()), code_of(mai))
    assert told.json() == {"name": "Trần Thị Mai", "year": "1991"}
    assert told.headers["Cache-Control"] == "no-store"
    with scoped(cast.citizen(mai), "own_data"):
        assert [look.what for look in Look.objects.filter(person=mai)] == ["sample"]


def test_a_typed_number_opens_no_name() -> None:
    known = person("Hoàng Văn Khải", documents={"cccd": "024060000124"}).id
    for code in ("024060000124", "", "LC-1"):
        assert ask(browser(unit()), code).json()["code"] == "bad_code"
    assert ask(browser(cast.of_organisation(Role.LABORATORY)), code_of(known)).status_code == 403


def test_the_tubes_of_today_lead_to_their_slips() -> None:
    at = team()
    client = seated(at)
    address, _answer = take(client, "TD-1", somebody("Hoàng Thị Sâm")[1])
    page = client.get("/sampling/tubes/").text
    assert "TD-1" in page
    assert f'action="{address}slips/"' in page
    assert "TD-1" not in browser(unit()).get("/sampling/tubes/").text


def running(sampler: Principal, **more: Any) -> Campaign:
    told = {"name": "Tổ 3", "disease": "covid-19", "reason": "zone", "pool_size": 5} | more
    with system_scope("test"):
        return Campaign.objects.create(
            **told,
            starts_on=today(),
            ends_on=today(),
            state=Campaign.State.RUNNING,
            organisation=sampler.organisation,
            province=cast.PROVINCE,
            made_at=now(),
            made_by=uuid7(),
        )


def test_a_campaign_is_chosen_with_its_disease_and_its_kind_of_test() -> None:
    at = team()
    client = browser(at.sampler)
    assert "id_campaign" not in client.get("/sampling/setup/").text
    campaign = running(at.sampler, method="rapid")
    given = {
        **{"limit": "5", "reason": "zone", "disease": "measles", "method": "pcr"},
        **{"laboratory": at.laboratory, "campaign": campaign.id},
    }
    page = client.post("/sampling/setup/", given)
    assert page.status_code == 422
    assert "This campaign is about another disease." in page.text
    assert "This campaign tests in another way." in page.text
    right = given | {"disease": "covid-19", "method": "rapid"}
    page = client.post("/sampling/setup/", right, follow=True)
    told = page.text.split('data-setting="')[1].split('"')[0].replace("&quot;", '"')
    assert json.loads(told)["campaign"] == str(campaign.id)
    assert json.loads(told)["method"] == "rapid"
    take(client, "TC-1")
    with scoped(at.sampler, "sampling"):
        tube = Tube.objects.get(barcode="TC-1")
    assert (tube.campaign_id, tube.method) == (campaign.id, "rapid")


def test_a_device_offers_what_it_chose_last_while_it_holds() -> None:
    at = team()
    client = seated(at, "10")
    page = client.get("/sampling/setup/").text
    assert "The same again" in page
    assert "Pool of 10, F1, close contact" in page
    assert "checked" not in page
    with system_scope("test"):
        Organisation.objects.filter(pk=at.laboratory).update(kind="company")
    assert "The same again" not in client.get("/sampling/setup/").text


def test_a_review_is_looked_at_with_what_was_done(database: str) -> None:
    table = table_of(unit(), uuid7(), limit=1)
    for name in ("Hoàng Văn Khải", "Hoàng Thị Sâm"):
        table.sample("P-1", code_of(person(name).id))
    with wire_to(database) as wire:
        wire.post(table, *table.events)
    take_table_events()
    client = browser(table.sampler)
    page = client.get("/sampling/devices/")
    assert "More people than the tube may hold" in page.text
    assert "Hoàng Thị Sâm" in page.text
    address = page.text.split('action="/sampling/reviews/')[1].split('"')[0]
    page = client.post(f"/sampling/reviews/{address}", {"note": "Lấy lại mẫu"}, follow=True)
    assert "Nothing has to be looked at." in page.text


def test_the_files_of_the_installed_page_are_there() -> None:
    client = browser(unit())
    assert client.get("/sampling/manifest.json").json()["scope"] == "/sampling/"
    worker = client.get("/sampling/sw.js")
    assert worker.headers["Service-Worker-Allowed"] == "/sampling/"
    assert set(client.get("/sampling/keys.json").json()) == {"keys", "carry", "now"}
    assert client.get("/sampling/pack.json").json()["sampled"] == []


def test_numbers_go_on_and_letters_are_one_units() -> None:
    ours = unit()
    first, second = a_series(ours, "bn24"), a_series(ours, "BN24", copies=2)
    assert numbers_of(first) == ["BN24000001", "BN24000002", "BN24000003"]
    assert numbers_of(second)[:3] == ["BN24000004", "BN24000004", "BN24000005"]
    with pytest.raises(Refused) as refused:
        a_series(unit(), "BN24")
    assert refused.value.code == "prefix_elsewhere"
    pack = browser(ours).get("/sampling/pack.json").json()
    assert {"prefix": "BN24", "first": 1, "last": 3, "width": 6} in pack["series"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"prefix": "1"}, "label_prefix"),
        ({"count": 0}, "label_count"),
        ({"copies": 3}, "label_copies"),
    ],
)
def test_a_series_that_cannot_be_is_refused(given: dict[str, object], code: str) -> None:
    with scoped(unit(), "sampling") as by, pytest.raises(Refused) as refused:
        make_series(**({"prefix": "ZZ", "count": 1, "copies": 1} | given), by=by)  # type: ignore[arg-type]
    assert refused.value.code == code


@pytest.mark.browser
def test_printed_labels_are_read_again() -> None:
    codes = [f"BN24{number:06d}" for number in range(1, 4)]
    with chromium() as browser:
        context = browser.new_context()
        for name, sheet in SHEETS.items():
            page = pixels(context, drawn(codes, sheet, kind="png"))[:, :, 0]
            for place, code in enumerate(codes):
                read = zxingcpp.read_barcodes(_label(page, sheet, place))
                kinds = {(one.format, one.text) for one in read}
                assert (zxingcpp.BarcodeFormat.DataMatrix, code) in kinds, name
                barred = (zxingcpp.BarcodeFormat.Code128, code) in kinds
                assert barred == (sheet.width >= BARRED_FROM), name


def _label(page: "np.ndarray[Any, Any]", sheet: Sheet, place: int) -> "np.ndarray[Any, Any]":
    """One label of the first row, as a reader is held before it; A4 is 210 mm wide."""
    a_millimetre = page.shape[1] / 210
    left = sheet.left + place * (sheet.width + sheet.gap)
    across = slice(round(left * a_millimetre), round((left + sheet.width) * a_millimetre))
    down = slice(round(sheet.top * a_millimetre), round((sheet.top + sheet.height) * a_millimetre))
    return np.ascontiguousarray(page[down, across])


def test_the_labels_page_makes_a_series_and_prints_it() -> None:
    sampler = unit()
    client = browser(sampler)
    given = {"letters": "TA", "count": "5", "copies": "2"}
    page = client.post("/sampling/labels/", given, follow=True)
    assert "TA1–5" in page.text
    address = page.text.split('href="/sampling/labels/')[1].split('"')[0]
    pdf = client.get(f"/sampling/labels/{address}")
    assert pdf.content.startswith(b"%PDF")
    assert browser(unit()).get(f"/sampling/labels/{address}").status_code == 404


def test_every_sheet_of_slips_has_codes_of_its_own() -> None:
    first, second = blank_slips(), blank_slips()
    assert len({*first, *second}) == 48
    assert all(SLIP.fullmatch(slip) for slip in first)
    assert browser(unit()).get("/sampling/slips.pdf").content.startswith(b"%PDF")
