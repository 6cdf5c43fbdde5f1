"""Staff at the door: password, second factor, recovery codes, lock-out, and out again."""

import html
import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from lachan.core.middleware import COOKIE
from lachan.core.roles import Role
from lachan.core.scope import principal_of
from lachan.people import signing_in
from lachan.people.accounts import Account
from lachan.people.staff_door import SecondFactorAdapter
from tests.factories import cast

PASSWORD = "một mật khẩu dài"
DOOR = "/sign-in/staff/"
CODE = "/sign-in/staff/code/"
APP = "/sign-in/staff/protection/app/"
SHEET = "/sign-in/staff/protection/codes/"


def browser(**headers: str) -> Client:
    return Client(headers={"accept-language": "en", "host": "localhost", **headers})


def officer(handle: str, password: str | None = PASSWORD, **more: Any) -> Account:
    roles = {Role.STATION_OFFICER: signing_in.At(commune=cast.HERE)}
    return signing_in.open_account(
        handle=handle, name="Đinh Thị Hạnh", password=password, roles=roles, **more
    )


def text_of(answer: Any) -> str:
    return html.unescape(str(answer.content.decode()))


def type_password(client: Client, handle: str, password: str = PASSWORD, **more: Any) -> Any:
    return client.post(DOOR, {"login": handle, "password": password}, **more)


def code_now(secret: str) -> str:
    """What the app on the phone would show, by the library's own arithmetic."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def tie_phone(client: Client) -> tuple[str, list[str]]:
    """Set up an app; give its secret and the recovery codes of the sheet."""
    found = re.search(r'door-key">([A-Z2-7]{32})<', text_of(client.get(APP)))
    assert found
    answer = client.post(APP, {"code": code_now(found[1])})
    assert (answer.status_code, answer["Location"]) == (302, SHEET)
    return found[1], re.findall(r'"fig">(\d{8})<', text_of(client.get(SHEET)))


def protected(handle: str) -> tuple[str, list[str]]:
    """An officer whose phone is tied; nobody is signed in."""
    officer(handle)
    client = browser()
    type_password(client, handle)
    kept = tie_phone(client)
    cache.clear()  # the code just used may be used again: the test does not wait 30 seconds
    return kept


def test_it_asks_a_first_comer_to_tie_a_phone_before_any_session() -> None:
    officer("first")
    client = browser()
    answer = type_password(client, "first")
    assert (answer.status_code, answer["Location"]) == (302, APP)
    assert COOKIE not in client.cookies
    assert client.get("/people/").status_code == 302


def test_it_opens_the_session_with_the_first_code_of_the_app() -> None:
    account = officer("tying")
    client = browser()
    type_password(client, "tying")
    secret, codes = tie_phone(client)
    principal = principal_of(client.cookies[COOKIE].value)
    assert principal is not None
    assert (principal.account, principal.commune) == (account.id, cast.HERE)
    assert client.cookies[COOKIE]["httponly"]
    assert len(codes) == len(set(codes)) == 10
    stored = str(list(Authenticator.objects.filter(user=account).values_list("data", flat=True)))
    assert secret not in stored


def test_it_shows_the_code_for_the_app_within_the_security_policy() -> None:
    officer("picture")
    client = browser()
    type_password(client, "picture")
    page = text_of(client.get(APP))
    assert 'src="data:image/svg+xml;base64,' in page
    assert "<style" not in page
    assert " style=" not in page


def test_it_lets_in_with_password_and_code_and_out_again() -> None:
    secret, _codes = protected("daily")
    client = browser()
    asked = type_password(client, "daily")
    assert (asked.status_code, asked["Location"]) == (302, CODE)
    assert COOKIE not in client.cookies
    assert client.get(CODE).status_code == 200
    assert client.post(CODE, {"code": code_now(secret)}).status_code == 302
    assert '<a href="/sign-in/staff/protection/">Đinh Thị Hạnh</a>' in text_of(
        client.get("/people/")
    )
    secret_of_session = client.cookies[COOKIE].value
    client.post("/sign-out/")
    assert principal_of(secret_of_session) is None
    assert client.get("/people/").status_code == 302
    assert client.get(SHEET)["Location"].startswith("/sign-in/?next=")


def test_it_goes_where_the_officer_wanted_to_go_but_nowhere_else() -> None:
    secret, _codes = protected("going")
    for wanted, goes in (("/people/?q=mai", "/people/?q=mai"), ("//evil.example/", "/")):
        cache.clear()
        client = browser()
        client.post(DOOR, {"login": "going", "password": PASSWORD, "next": wanted})
        assert client.post(CODE, {"code": code_now(secret)})["Location"] == goes


def test_a_recovery_code_opens_once() -> None:
    _secret, codes = protected("printed")
    first, again = browser(), browser()
    type_password(first, "printed")
    assert first.post(CODE, {"code": codes[3]}).status_code == 302
    assert first.get("/people/").status_code == 200
    assert codes[3] not in text_of(first.get(SHEET))
    type_password(again, "printed")
    answer = again.post(CODE, {"code": codes[3]})
    assert (answer.status_code, "This code is not right" in text_of(answer)) == (422, True)
    assert COOKIE not in again.cookies


def test_five_wrong_passwords_lock_the_account_here_and_nowhere_else() -> None:
    secret, _codes = protected("guessed")
    client = browser()
    for _turn in range(4):
        wrong = type_password(client, "guessed", "x")
        assert (wrong.status_code, "Name or password is not right" in text_of(wrong)) == (422, True)
    cache.clear()  # another process: what it knows, it knows from the database
    for password in ("x", PASSWORD):
        answer = type_password(client, "guessed", password)
        assert (answer.status_code, "Try again in 15 minutes" in text_of(answer)) == (429, True)
        assert "too_many_tries" in text_of(answer)
    elsewhere = browser()
    assert type_password(elsewhere, "guessed", REMOTE_ADDR="10.9.8.7")["Location"] == CODE
    answer = elsewhere.post(CODE, {"code": code_now(secret)}, REMOTE_ADDR="10.9.8.7")
    assert answer.status_code == 302


def test_wrong_codes_are_counted_like_wrong_passwords() -> None:
    secret, _codes = protected("codes")
    client = browser()
    type_password(client, "codes")
    answers = [client.post(CODE, {"code": "0000000"}).status_code for _turn in range(5)]
    assert answers == [422, 422, 422, 422, 429]
    assert client.post(CODE, {"code": code_now(secret)}).status_code == 429
    assert COOKIE not in client.cookies


def test_it_speaks_json_to_programs() -> None:
    officer("program")
    client = browser(accept="application/json")
    for _turn in range(5):
        answer = type_password(client, "program", "x")
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_tries")


def test_neither_citizens_nor_the_cast_sign_in_by_password() -> None:
    citizen = signing_in.open_citizen(phone="0900444001")
    played = officer("played", cast=signing_in.Cast(7, "Trạm", "Gọi", "user", "phone"))
    for account in (citizen, played):
        account.set_password(PASSWORD)
        account.save()
        client = browser()
        answer = type_password(client, account.handle)
        assert (answer.status_code, COOKIE in client.cookies) == (422, False)


@pytest.mark.parametrize(("handle", "password"), [("known", "x"), ("nobody", "x")])
def test_it_does_not_say_which_of_the_two_is_wrong(handle: str, password: str) -> None:
    if not Account.objects.filter(handle="known").exists():
        officer("known")
    answer = type_password(browser(), handle, password)
    assert (answer.status_code, "Name or password is not right" in text_of(answer)) == (422, True)


def test_a_closed_account_and_one_without_a_task_say_so() -> None:
    secret, _codes = protected("leaving")
    Account.objects.filter(handle="leaving").update(is_active=False)
    assert "account_closed" in text_of(type_password(browser(), "leaving"))
    Account.objects.filter(handle="leaving").update(is_active=True)
    for membership in Account.objects.get(handle="leaving").memberships.all():
        signing_in.end_role(membership=membership)
    client = browser()
    type_password(client, "leaving")
    answer = client.post(CODE, {"code": code_now(secret)})
    assert ("no_role" in text_of(answer), COOKIE in client.cookies) == (True, False)


def test_a_session_that_ended_asks_for_the_password_again() -> None:
    protected("ended")
    account = Account.objects.get(handle="ended")
    client = browser()
    type_password(client, "ended")
    client.post(CODE, {"code": code_of("ended")})
    assert client.get("/people/").status_code == 200
    signing_in.close_sessions_of(account.id)
    assert client.get(SHEET)["Location"].startswith("/sign-in/?next=")
    assert client.get(DOOR).status_code == 200


def code_of(handle: str) -> str:
    """The code the officer's app shows now, from the sealed secret."""
    kept = Authenticator.objects.get(user__handle=handle, type=Authenticator.Type.TOTP)
    return code_now(SecondFactorAdapter().decrypt(kept.data["secret"]))


def test_the_cast_of_a_demo_has_no_pages_of_protection() -> None:
    account = officer("theatre", password=None, cast=signing_in.Cast(8, "", "", "user", "desk"))
    client = browser()
    client.cookies[COOKIE] = signing_in.enter(account).secret
    answer = client.get("/sign-in/staff/protection/")
    assert (answer.status_code, "sign_in_again" in text_of(answer)) == (403, True)


def test_a_new_phone_takes_the_old_ones_place() -> None:
    old, codes = protected("moving")
    client = browser()
    type_password(client, "moving")
    client.post(CODE, {"code": codes[0]})
    assert client.get("/sign-in/staff/protection/").status_code == 200
    assert client.post(f"{APP}remove/")["Location"] == APP
    new, fresh = tie_phone(client)
    assert old != new
    assert set(codes).isdisjoint(fresh)
    assert client.get("/people/").status_code == 200


def test_a_new_sheet_ends_the_old_one() -> None:
    _secret, codes = protected("sheets")
    client = browser()
    type_password(client, "sheets")
    client.post(CODE, {"code": codes[0]})
    assert "9 codes of the old sheet" in text_of(client.get(f"{SHEET}new/"))
    assert client.post(f"{SHEET}new/")["Location"] == SHEET
    fresh = re.findall(r'"fig">(\d{8})<', text_of(client.get(SHEET)))
    assert len(fresh) == 10
    assert set(codes).isdisjoint(fresh)
