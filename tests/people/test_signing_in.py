"""Sign in: by a code to a phone through the real gateway, by a slip."""

import re
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from typing import Any

import httpx
import pytest
from django.conf import settings

from lachan.config.commands.gateway import server
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import principal_of, scoped, system_scope
from lachan.people import selectors, signing_in
from lachan.people.accounts import Account
from lachan.people.models import Membership
from lachan.people.services import represent
from lachan.people.signing_in import At
from lachan.people.tasks import open_represented
from tests.factories import cast
from tests.factories.people import person


@pytest.fixture(scope="module")
def gateway() -> Iterator[str]:
    """The sandbox gateway, a real HTTP peer on a free port."""
    peer = server(0)
    Thread(target=peer.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{peer.server_address[1]}"
    before, settings.LACHAN_GATEWAY_URL = settings.LACHAN_GATEWAY_URL, url
    yield url
    settings.LACHAN_GATEWAY_URL = before
    peer.shutdown()
    peer.server_close()


def code_sent_to(gateway: str, phone: str) -> str:
    messages: list[dict[str, Any]] = httpx.get(f"{gateway}/messages?to={phone}").json()
    found = re.search(r"\d{6}", messages[-1]["text"])
    assert found
    return found[0]


def code_of(refused: "pytest.ExceptionInfo[Refused]") -> str:
    return refused.value.code


def officer(handle: str, **at: Any) -> signing_in.Account:
    return signing_in.open_account(
        handle=handle,
        name="Đinh Thị Hạnh",
        password="một mật khẩu dài",
        roles={Role.STATION_OFFICER: At(**(at or {"commune": cast.HERE}))},
    )


def test_it_lets_staff_in_with_the_roles_of_their_place() -> None:
    officer("hanh")
    principal = signing_in.enter(Account.objects.get(handle="hanh"))
    assert (principal.commune, principal.roles) == (cast.HERE, {Role.STATION_OFFICER})
    assert principal_of(principal.secret) == principal


def test_a_role_that_ended_ends_its_sessions() -> None:
    account = officer("leaving")
    principal = signing_in.enter(account)
    signing_in.end_role(membership=Membership.objects.get(account=account))
    assert principal_of(principal.secret) is None
    with pytest.raises(Refused) as refused:
        signing_in.enter(account)
    assert code_of(refused) == "no_role"


def test_one_session_stands_at_one_place() -> None:
    account = officer("two_places")
    signing_in.give_role(account=account, role=Role.TRACER, at=At(province=cast.PROVINCE))
    principal = signing_in.enter(account)
    assert (principal.commune, principal.province) == (cast.HERE, None)
    assert principal.roles == {Role.STATION_OFFICER}


def test_a_closed_account_opens_nothing() -> None:
    account = officer("closed")
    account.is_active = False
    with pytest.raises(Refused) as refused:
        signing_in.enter(account)
    assert code_of(refused) == "account_closed"


def test_a_citizen_enters_by_the_code_the_gateway_delivered(gateway: str) -> None:
    signing_in.send_code(phone="900 222 001")
    code = code_sent_to(gateway, "0900222001")
    account = signing_in.by_code(phone="+84 900 222 001", code=f"{code[:3]} {code[3:]}")
    principal = signing_in.enter(account)
    assert (principal.roles, principal.person) == ({Role.CITIZEN}, None)
    assert "0900222001" not in account.handle
    with pytest.raises(Refused) as refused:
        signing_in.by_code(phone="0900222001", code=code)
    assert code_of(refused) == "code_over"


def test_a_code_ends_after_five_wrong_tries(gateway: str) -> None:
    signing_in.send_code(phone="0900222002")
    code = code_sent_to(gateway, "0900222002")
    wrong = "000000" if code != "000000" else "111111"
    for _turn in range(signing_in.CODE_TRIES):
        with pytest.raises(Refused) as refused:
            signing_in.by_code(phone="0900222002", code=wrong)
        assert code_of(refused) == "code_wrong"
    with pytest.raises(Refused) as refused:
        signing_in.by_code(phone="0900222002", code=code)
    assert code_of(refused) == "code_over"


def test_a_phone_is_not_flooded(gateway: str) -> None:
    for _turn in range(signing_in.CODES_AT_ONCE):
        signing_in.send_code(phone="0900222003")
    with pytest.raises(Refused) as refused:
        signing_in.send_code(phone="0900222003")
    assert code_of(refused) == "code_wait"
    sent = httpx.get(f"{gateway}/messages?to=0900222003").json()
    assert len(sent) == signing_in.CODES_AT_ONCE


def test_it_says_when_the_gateway_is_away(gateway: str) -> None:
    settings.LACHAN_GATEWAY_URL = "http://127.0.0.1:9"
    with pytest.raises(Refused) as refused:
        signing_in.send_code(phone="0900222004")
    settings.LACHAN_GATEWAY_URL = gateway
    assert code_of(refused) == "gateway_down"


def test_a_slip_opens_its_own_person_and_no_other() -> None:
    seventeen, eighteen = person("Người 17"), person("Người 18")
    until = now() + timedelta(days=30)
    code = signing_in.give_slip(person=seventeen.id, name="Người 17", until=until)
    signing_in.give_slip(person=eighteen.id, name="Người 18", until=until)
    account = signing_in.by_slip(code=f"{code[:5].lower()}-{code[5:]}", asked_from="10.0.0.1")
    principal = signing_in.enter(account)
    with scoped(principal, "own_data"):
        assert selectors.card_of(seventeen.id) is not None
        assert selectors.card_of(eighteen.id) is None


def test_a_slip_that_ended_or_never_was_opens_nothing() -> None:
    made = person("Người 19")
    code = signing_in.give_slip(person=made.id, name="Người 19", until=now())
    for tried in (code, "AAAAABBBBB"):
        with pytest.raises(Refused) as refused:
            signing_in.by_slip(code=tried, asked_from="10.0.0.2")
        assert code_of(refused) == "slip_wrong"


def test_it_makes_whoever_guesses_slips_wait() -> None:
    made = person("Người 20")
    until = now() + timedelta(days=1)
    code = signing_in.give_slip(person=made.id, name="Người 20", until=until)
    for _turn in range(signing_in.WRONG_TRIES):
        with pytest.raises(Refused):
            signing_in.by_slip(code="AAAAABBBBB", asked_from="10.0.0.3")
    with pytest.raises(Refused) as refused:
        signing_in.by_slip(code=code, asked_from="10.0.0.3")
    assert code_of(refused) == "too_many_tries"


def test_an_account_is_claimed_once() -> None:
    made, other = person("Trần Thị Mai"), person("Ai khác")
    account = signing_in.open_citizen(phone="0900222005")
    principal = signing_in.claim(account=account.id, person=made.id, name="Trần Thị Mai")
    assert principal.person == made.id
    with pytest.raises(Refused) as refused:
        signing_in.claim(account=account.id, person=other.id, name="Ai khác")
    assert code_of(refused) == "account_claimed"


def test_the_speaker_sees_the_represented_after_the_worker_opened_them() -> None:
    father, daughter = person("Ông Lộc"), person("Mai")
    account = signing_in.open_citizen(phone="0900222006", person=daughter.id)
    with system_scope("test") as by:
        represent(person=father, speaker=daughter, ground="care", said_to="trạm y tế", by=by)
    principal = signing_in.enter(account)
    with scoped(principal, "declare"):
        assert selectors.card_of(father.id) is None
    assert open_represented() == 1
    assert open_represented() == 0
    with scoped(principal, "declare"):
        card = selectors.card_of(father.id)
        assert card is not None
        assert card.name == "Ông Lộc"


def test_a_represented_person_waits_until_the_speaker_has_an_account() -> None:
    mother, son = person("Bà Sâm"), person("Con trai")
    with system_scope("test") as by:
        represent(person=mother, speaker=son, ground="consent", said_to="gọi điện", by=by)
    assert open_represented() == 0
    account = signing_in.open_citizen(phone="0900222007", person=son.id)
    assert open_represented() == 1
    with scoped(signing_in.enter(account), "declare"):
        assert selectors.card_of(mother.id) is not None


def test_the_cast_stands_in_its_order() -> None:
    for order in (2, 1):
        signing_in.open_account(
            handle=f"cast{order}-{uuid7()}",
            name=f"Vai {order}",
            roles={},
            cast=signing_in.Cast(order, "Người dân", "Mở mã", "user", "device-mobile"),
        )
    assert [account.name for account, _role in signing_in.cast_of_demo()] == ["Vai 1", "Vai 2"]
