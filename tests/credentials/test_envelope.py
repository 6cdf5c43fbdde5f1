"""Envelope encryption and the blind index."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lachan.credentials.blind import blind
from lachan.credentials.envelope import (
    EnvelopeBroken,
    new_key,
    open_sealed,
    seal,
    unwrap_key,
    wrap_key,
    wrapping_key_id,
)


@given(st.binary(max_size=300), st.binary(max_size=40))
def test_it_opens_what_it_sealed(plaintext: bytes, aad: bytes) -> None:
    key = new_key()
    assert open_sealed(key, seal(key, plaintext, aad), aad) == plaintext


@given(st.integers(min_value=0, max_value=2**32 - 1))
def test_it_unwraps_with_the_key_that_wrapped(key_id: int) -> None:
    kek, data_key = new_key(), new_key()
    blob = wrap_key(kek, key_id, data_key)
    assert wrapping_key_id(blob) == key_id
    assert unwrap_key({key_id: kek, key_id + 1: new_key()}, blob) == data_key


@given(st.data())
def test_it_refuses_a_blob_with_any_byte_changed(data: st.DataObject) -> None:
    key = new_key()
    blob = bytearray(seal(key, "Nguyễn Văn A".encode(), b"person/1"))
    blob[data.draw(st.integers(0, len(blob) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(EnvelopeBroken) as broken:
        open_sealed(key, bytes(blob), b"person/1")
    assert broken.value.code in {"malformed", "tampered"}


def test_it_does_not_open_in_another_row() -> None:
    key = new_key()
    with pytest.raises(EnvelopeBroken, match="tampered"):
        open_sealed(key, seal(key, b"x", b"person/1"), b"person/2")


def test_it_never_writes_the_same_blob_twice() -> None:
    key = new_key()
    assert seal(key, b"x", b"") != seal(key, b"x", b"")


def test_it_names_an_unknown_wrapping_key() -> None:
    with pytest.raises(EnvelopeBroken, match="unknown_key"):
        unwrap_key({2: new_key()}, wrap_key(new_key(), 1, new_key()))


def test_it_refuses_a_wrapped_key_whose_key_id_was_changed() -> None:
    kek = new_key()
    blob = bytearray(wrap_key(kek, 1, new_key()))
    blob[5] = 2
    with pytest.raises(EnvelopeBroken, match="tampered"):
        unwrap_key({1: kek, 2: kek}, bytes(blob))


def test_it_refuses_short_keys() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        seal(b"short", b"x", b"")
    with pytest.raises(ValueError, match="32 bytes"):
        blind(b"short", "phone", "0912345678")


def test_it_gives_one_index_for_one_text_and_another_for_another_kind_or_key() -> None:
    key = new_key()
    one = blind(key, "phone", "0912345678")
    assert one == blind(key, "phone", "0912345678")
    assert len(one) == 16
    assert one != blind(key, "document", "0912345678")
    assert one != blind(new_key(), "phone", "0912345678")
    with pytest.raises(ValueError, match="plain"):
        blind(key, "a\0b", "c")
