"""`lachan account`: what the technology team does for staff, on the server."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.test import Client

from lachan.config.commands.account import run
from lachan.core.scope import principal_of
from lachan.people import signing_in
from lachan.people.accounts import Account
from tests.factories import cast

OPEN = ["open", "--name", "Lê Thị Hoa", "--role", "tracer", "--province", str(cast.PROVINCE)]


def browser() -> Client:
    return Client(headers={"accept-language": "en", "host": "localhost"})


def type_password(handle: str, password: str) -> Any:
    return browser().post("/sign-in/staff/", {"login": handle, "password": password})


def opened(handle: str, capsys: pytest.CaptureFixture[str]) -> str:
    """A new account's first password, as it was printed."""
    assert run([*OPEN, handle]) == 0
    printed = capsys.readouterr().out.split()
    assert printed[0] == handle
    return printed[1]


def test_it_opens_an_account_with_a_password_that_is_printed_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    password = opened("hoa", capsys)
    assert type_password("hoa", password).status_code == 302
    principal = signing_in.enter(Account.objects.get(handle="hoa"))
    assert (principal.province, principal.roles) == (cast.PROVINCE, {"tracer"})


def test_it_does_not_open_an_account_twice(capsys: pytest.CaptureFixture[str]) -> None:
    opened("twice", capsys)
    assert run([*OPEN, "twice"]) == 2
    assert "lachan account:" in capsys.readouterr().err


def test_a_new_password_ends_the_old_one_and_its_sessions(
    capsys: pytest.CaptureFixture[str],
) -> None:
    old = opened("renewed", capsys)
    principal = signing_in.enter(Account.objects.get(handle="renewed"))
    assert run(["password", "renewed"]) == 0
    new = capsys.readouterr().out.split()[1]
    assert type_password("renewed", old).status_code == 422
    assert type_password("renewed", new).status_code == 302
    assert principal_of(principal.secret) is None


def test_it_lets_whoever_was_locked_out_try_again(capsys: pytest.CaptureFixture[str]) -> None:
    password = opened("locked", capsys)
    for _turn in range(5):
        type_password("locked", "x")
    assert type_password("locked", password).status_code == 429
    assert run(["unlock", "locked"]) == 0
    assert not AccessAttempt.objects.filter(username="locked").exists()
    assert type_password("locked", password).status_code == 302


def test_it_forgets_a_lost_phone(capsys: pytest.CaptureFixture[str]) -> None:
    password = opened("lost", capsys)
    account = Account.objects.get(handle="lost")
    Authenticator.objects.create(user=account, type="totp", data={"secret": "sealed"})
    assert type_password("lost", password)["Location"] == "/sign-in/staff/code/"
    assert run(["forget-phone", "lost"]) == 0
    assert type_password("lost", password)["Location"] == "/sign-in/staff/protection/app/"


def test_it_knows_no_citizen_and_no_stranger(capsys: pytest.CaptureFixture[str]) -> None:
    citizen = signing_in.open_citizen(phone="0900444003")
    for handle in (citizen.handle, "nobody"):
        assert run(["password", handle]) == 2
        assert "lachan account:" in capsys.readouterr().err


def test_nothing_that_axes_keeps_holds_a_password_or_a_code() -> None:
    browser().post("/sign-in/staff/", {"login": "kept", "password": "geheim-99"})
    kept = AccessAttempt.objects.get(username="kept")
    assert "geheim-99" not in kept.post_data
    assert "kept" not in kept.post_data
