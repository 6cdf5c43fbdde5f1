"""The table, the board and the figures of rapid tests, as a browser without script sees them."""

from datetime import timedelta
from typing import Any

from django.test import Client

from lachan.core.clock import today
from lachan.core.roles import Role
from lachan.core.scope import Principal, system_scope
from lachan.sampling.models import RapidTest, Sample
from tests.factories import cast
from tests.sampling.people_at_the_table import browser, code_of
from tests.sampling.reading_tables import GTIN, Site, begin, begun, read, site, somebody

#: A cassette may be read after this, and not yet too late.
READABLE = timedelta(minutes=16)

TABLE, BOARD = "/sampling/rapid/", "/sampling/rapid/board/"


def seated(by: Principal, table: str = "3") -> Client:
    """A browser after the choice that is made once."""
    client = browser(by)
    answer = client.post(
        "/sampling/rapid/setup/", {"table": table, "reason": "screening", "disease": "covid-19"}
    )
    assert answer.status_code == 302, answer.content.decode()
    return client


def box_code(at: Site) -> str:
    """What a scanner gives of the site's box."""
    return f"(01){GTIN}(17){at.lot.expires.strftime('%y%m%d')}(10){at.lot.lot}"


def scan(client: Client, code: str, **more: Any) -> Any:
    """One scan at the table."""
    return client.post(TABLE, {"code": code, "reason": "screening"} | more)


def test_the_set_up_has_nothing_chosen_and_comes_first() -> None:
    at = site()
    assert browser(at.reader).get(TABLE)["Location"] == "/sampling/rapid/setup/"
    assert "checked" not in browser(at.reader).get("/sampling/rapid/setup/").text


def test_box_person_cassette_and_the_time_runs() -> None:
    at = site()
    client = seated(at.reader)
    whom = somebody(at, "Lò Thị Pản")
    assert "Scan the code on the box of kits" in client.get(TABLE).text
    assert "Kit A, lot L0714" in scan(client, box_code(at)).text
    assert "Lò Thị Pản" in scan(client, code_of(whom)).text
    page = scan(client, "RT-1")
    assert "cassette RT-1" in page.text
    assert "Scan the person" in page.text
    with system_scope("test"):
        test = RapidTest.objects.get(tube__barcode="RT-1")
        assert test.table == "3"
        assert Sample.objects.get(tube=test.tube_id).person_id == whom


def test_a_cassette_without_a_number_gets_one() -> None:
    at = site()
    client = seated(at.reader)
    scan(client, box_code(at))
    scan(client, code_of(somebody(at)))
    assert scan(client, "").status_code == 422
    assert "cassette T" in scan(client, "", number="1").text


def test_the_order_is_kept() -> None:
    at = site()
    client = seated(at.reader)
    scan(client, code_of(somebody(at, "Vàng A Páo")))
    assert "Scan the code on the box of kits first." in scan(client, "RT-9").text
    scan(client, box_code(at))
    second = scan(client, code_of(somebody(at)))
    assert second.status_code == 422
    assert "Scan the cassette of the person before." in second.text
    client.post("/sampling/rapid/change/", {"do": "clear"})
    assert "Scan the person first, then the cassette." in scan(client, "RT-9").text


def test_a_household_shares_a_cassette_only_when_said_so() -> None:
    at = site()
    client = seated(at.reader)
    first, second = (somebody(at, name) for name in ("Lò Văn Páo", "Lò Thị Pản"))
    scan(client, box_code(at))
    scan(client, code_of(first))
    client.post("/sampling/rapid/change/", {"do": "household"})
    assert "2 people share a cassette" in scan(client, code_of(second)).text
    scan(client, "RT-H")
    with system_scope("test"):
        people = Sample.objects.filter(tube__barcode="RT-H").values_list("person", flat=True)
        assert set(people) == {first, second}


def test_an_unknown_and_an_expired_box_say_what_to_do() -> None:
    at = site()
    client = seated(at.reader)
    later = today().replace(year=today().year + 1).strftime("%y%m01")
    assert "was not received here yet" in scan(client, f"(01){GTIN}(17){later}(10)NEW").text
    assert "Take another box." in scan(client, f"(01){GTIN}(17)200101(10)OLD").text


def test_kits_are_received_by_scan() -> None:
    at = site()
    client = browser(at.reader)
    later = today().replace(year=today().year + 1).strftime("%y%m01")
    given = {"code": f"(01){GTIN}(17){later}(10)B77", "name": "Kit B", "quantity": "25"}
    page = client.post("/sampling/rapid/kits/", given, follow=True)
    assert "Lot B77 received." in page.text
    wrong = client.post("/sampling/rapid/kits/", given | {"read_minutes": "20"})
    assert wrong.status_code == 422


def test_the_board_shows_who_and_how_long_and_no_first_reading() -> None:
    at = site()
    begin(at, somebody(at, "Vàng A Páo"))
    test = begun(at, somebody(at, "Giàng Thị Mỷ"), ago=READABLE, table="2")
    board = browser(at.second).get(BOARD).text
    assert board.index("Giàng Thị Mỷ") < board.index("Vàng A Páo")
    assert "15 min" in board
    assert "Read now" in browser(at.second).get(BOARD).text
    read(at.reader, test, "positive")
    for address in (BOARD, f"/sampling/rapid/{test.pk}/"):
        page = browser(at.second).get(address).text
        assert "Second reader" in page
        assert "checked" not in page
    assert "ositive" not in browser(at.second).get(BOARD).text
    assert "You have read" in browser(at.reader).get(BOARD).text


def test_two_read_on_their_pages_and_the_card_goes() -> None:
    at = site()
    test = begun(at, somebody(at), ago=READABLE)
    for by in (at.reader, at.second):
        page = browser(by).post(f"/sampling/rapid/{test.pk}/", {"outcome": "negative"}, follow=True)
        assert "is kept." in page.text
    assert "No rapid test is running." in browser(at.reader).get(BOARD).text


def test_a_repeat_goes_to_the_table_with_its_people() -> None:
    at = site()
    test = begun(at, somebody(at, "Sùng Thị Dợ"), ago=READABLE)
    read(at.reader, test, "invalid")
    client = seated(at.reader)
    scan(client, box_code(at))
    page = client.post(f"/sampling/rapid/{test.pk}/repeat/", follow=True)
    assert "Sùng Thị Dợ" in page.text
    assert "a new cassette for the same people" in page.text
    scan(client, "RT-AGAIN")
    with system_scope("test"):
        assert RapidTest.objects.get(tube__barcode="RT-AGAIN").repeats_id == test.pk


def test_the_figures_split_by_reason_round_hour_and_table() -> None:
    at = site()
    first = begun(at, somebody(at), ago=READABLE, reason="contact", table="1")
    begun(at, somebody(at), somebody(at), table="2", ago=READABLE)
    read(at.reader, first, "negative")
    read(at.second, first, "negative")
    client = browser(at.reader)
    page = client.get("/sampling/rapid/counts/").text
    assert "F1, close contact" in page
    lines = client.get("/sampling/rapid/counts.csv").content.decode("utf-8-sig").splitlines()
    told = [line.split(",")[2:] for line in lines[1:]]
    assert sorted(told) == [
        ["1", '"F1', ' close contact"', "1", "1", "0", "1", "1", "0", "0", "0", "0"],
        ["2", "Screening", "1", "2", "0", "1", "0", "0", "0", "0", "2"],
    ]
    assert client.get("/sampling/rapid/counts.xlsx").status_code == 200
    assert client.get("/sampling/rapid/counts.exe").status_code == 404


def test_the_pages_are_for_samplers_of_the_site_only() -> None:
    at, elsewhere = site(), site()
    test = begin(at, somebody(at))
    stranger = browser(elsewhere.reader)
    assert stranger.get(f"/sampling/rapid/{test.pk}/").status_code == 404
    assert stranger.post(f"/sampling/rapid/{test.pk}/repeat/").status_code == 404
    assert test.tube.barcode not in stranger.get(BOARD).text
    others = (cast.outsider(), cast.citizen(), cast.of_organisation(Role.LABORATORY))
    for nobody in others:
        for address in (TABLE, BOARD, "/sampling/rapid/kits/", "/sampling/rapid/counts/"):
            assert browser(nobody).get(address).status_code == 403
