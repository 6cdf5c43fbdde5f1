"""Sealed fields, their keys, and the index that finds them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from lachan.config.home import Home, write_private
from lachan.config.rotation import rotate
from lachan.core.blindindex import index_of, indexes_of
from lachan.core.ids import uuid7
from lachan.core.keys import forget_keys, keyring
from lachan.core.models import DataKey
from lachan.core.refusals import Refused
from lachan.core.scope import scoped, system_scope
from lachan.core.sealing import keys_in_hand, open_many, open_sealed, seal
from lachan.credentials.envelope import EnvelopeBroken
from tests.factories import cast


def test_it_opens_what_it_sealed() -> None:
    person = uuid7()
    with system_scope("test"):
        blob = seal(person, {"name": "Giàng Thị Mỷ", "year": 1990})

        assert open_sealed(person, blob) == {"name": "Giàng Thị Mỷ", "year": 1990}
        assert "Giàng".encode() not in blob


def test_a_sealed_value_opens_for_its_own_person_only() -> None:
    one, other = uuid7(), uuid7()
    with system_scope("test"):
        blob, _own = seal(one, {"name": "A"}), seal(other, {"name": "B"})

        with pytest.raises(EnvelopeBroken):
            open_sealed(other, blob)


def test_destroying_the_key_erases_the_person() -> None:
    person = uuid7()
    with system_scope("test"):
        blob = seal(person, {"name": "A"})
        DataKey.objects.filter(person=person).delete()

        with pytest.raises(Refused) as refusal:
            open_sealed(person, blob)
    assert refusal.value.code == "erased"


def test_a_key_in_hand_is_read_once_and_only_as_long_as_it_is_in_hand() -> None:
    person, stranger = uuid7(), uuid7()
    with system_scope("test"):
        blob = seal(person, {"name": "A"})
        with keys_in_hand(), reads_of_keys() as reads:
            assert open_many([(person, blob)]) == [{"name": "A"}]
            assert open_sealed(person, seal(person, {"name": "B"})) == {"name": "B"}
            assert len(reads) == 1
            with pytest.raises(Refused):
                open_sealed(stranger, blob)
        DataKey.objects.filter(person=person).delete()
        with pytest.raises(Refused):
            open_sealed(person, blob)


@contextmanager
def reads_of_keys() -> Iterator[list[str]]:
    """The statements that read the table of keys."""
    found: list[str] = []

    def note(execute: Any, sql: str, *more: Any) -> Any:
        if sql.startswith("SELECT") and "core_datakey" in sql:
            found.append(sql)
        return execute(sql, *more)

    with connections["default"].execute_wrapper(note):
        yield found


def test_only_the_worker_destroys_keys() -> None:
    person = uuid7()
    citizen = cast.citizen(person)
    with system_scope("test"):
        seal(person, {"name": "A"})
    with scoped(citizen, "test"):
        DataKey.objects.filter(person=person).delete()

    with system_scope("test"):
        assert DataKey.objects.filter(person=person).exists()


def test_a_stranger_sees_no_key() -> None:
    person = uuid7()
    with system_scope("test"):
        seal(person, {"name": "A"})

    with scoped(cast.citizen(), "test"):
        assert not DataKey.objects.filter(person=person).exists()


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A home with the same secrets, so that other tests keep their keys."""
    home = Home(tmp_path / "home")
    home.path.mkdir(mode=0o700)
    write_private(home.secrets_file, Home.default().secrets().to_json())
    monkeypatch.setattr(settings, "LACHAN_SECRETS", home.secrets)
    yield home
    monkeypatch.undo()
    forget_keys()


def test_rotation_wraps_every_key_anew_and_nothing_is_lost(own_home: Home) -> None:
    persons = [uuid7() for _ in range(5)]
    with system_scope("test"):
        sealed = [(person, seal(person, {"n": n})) for n, person in enumerate(persons)]
    before = keyring().sealing_version

    moved = rotate(own_home, settle=0)

    assert moved.data_keys >= 5
    assert keyring().sealing_version == before + 1
    assert len(keyring().key_encryption) == 1
    with system_scope("test"):
        assert [fields["n"] for fields in open_many(sealed)] == [0, 1, 2, 3, 4]
    with connections["owner"].cursor() as cursor:
        cursor.execute("select count(*) from core_datakey where key_version <> %s", [before + 1])
        assert cursor.fetchone() == (0,)


def test_an_index_finds_the_same_text_of_the_same_kind() -> None:
    assert index_of("phone", "0900000613") in indexes_of("phone", "0900000613")
    assert index_of("phone", "0900000613") not in indexes_of("document", "0900000613")
