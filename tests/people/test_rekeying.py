"""A rotation of keys: people are still found, second factors still open, slips are believed."""

from collections.abc import Iterator

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings

from lachan.config.home import Home, write_private
from lachan.config.rotation import Rotated, rotate
from lachan.core import signing
from lachan.core.ids import uuid7
from lachan.core.keys import forget_keys, keyring
from lachan.core.scope import system_scope
from lachan.credentials.tokens import issue, verify
from lachan.people.accounts import Account
from lachan.people.models import BlindIndex
from lachan.people.selectors import find_people
from tests.factories.people import person


@pytest.fixture(scope="module")
def own_home(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home with the same secrets, so that other tests keep their keys."""
    monkeypatch = pytest.MonkeyPatch()
    home = Home(tmp_path_factory.mktemp("keys") / "home")
    home.path.mkdir(mode=0o700)
    write_private(home.secrets_file, Home.default().secrets().to_json())
    monkeypatch.setattr(settings, "LACHAN_SECRETS", home.secrets)
    monkeypatch.setattr(settings, "HOME", home)
    forget_keys()
    signing.forget_signing_keys()
    yield home
    monkeypatch.undo()
    forget_keys()
    signing.forget_signing_keys()


def names_found(text: str) -> list[str]:
    with system_scope("test") as by:
        return [card.name for card in find_people(text, by)]


def test_people_are_found_by_the_new_index_and_by_nothing_older(own_home: Home) -> None:
    person("Vàng A Páo", birth="1990", phones=["0900000777"])

    moved = rotate(own_home, settle=0)

    assert isinstance(moved, Rotated)
    assert moved.persons >= 1
    assert names_found("vang a pao") == ["Vàng A Páo"]
    assert names_found("0900000777") == ["Vàng A Páo"]
    with system_scope("test"):
        versions = set(BlindIndex.objects.values_list("key_version", flat=True))
    assert versions == {keyring().index_version}
    assert len(keyring().blind_index) == 1


def test_a_second_factor_opens_after_the_rotation(own_home: Home) -> None:
    account = Account.objects.create(kind="staff", handle=f"officer-{uuid7().hex}", name="Thọ")
    sealed = get_adapter().encrypt("JBSWY3DPEHPK3PXP")
    factor = Authenticator.objects.create(user=account, type="totp", data={"secret": sealed})

    rotate(own_home, settle=0)

    factor.refresh_from_db()
    assert factor.data["secret"] != sealed
    assert get_adapter().decrypt(factor.data["secret"]) == "JBSWY3DPEHPK3PXP"


def test_a_code_of_the_former_signing_key_is_believed_until_the_next_rotation(
    own_home: Home,
) -> None:
    code = issue(signing.signing_key(), kind="slip", pseudonym=bytes(16), expires_at=2**31)

    rotate(own_home, settle=0)
    assert verify(signing.ring(), code, at=0).kind == "slip"
    first = signing.signing_key().key_id

    rotate(own_home, settle=0)
    assert sorted(signing.public_points()) == [first, first + 1]
