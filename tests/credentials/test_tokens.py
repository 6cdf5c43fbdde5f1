"""Person and slip tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lachan.credentials.secrets import (
    hash_secret,
    new_device_token,
    new_one_time_code,
    new_slip_code,
    plain_slip_code,
    same_secret,
)
from lachan.credentials.tokens import (
    Declared,
    KeyRing,
    SigningKey,
    TokenRefused,
    issue,
    new_signing_key,
    signing_key_from_bytes,
    text_length,
    verify,
)

OLD, NEW = new_signing_key(1), new_signing_key(2)
RING = KeyRing({key.key_id: key.public_point() for key in (OLD, NEW)})
WHO = bytes(range(16))


@given(
    st.sampled_from([OLD, NEW]),
    st.sampled_from(["person", "slip"]),
    st.binary(min_size=16, max_size=16),
    st.integers(1, 2**32 - 1),
)
def test_it_believes_what_either_valid_key_signed(
    key: SigningKey, kind: str, pseudonym: bytes, expires_at: int
) -> None:
    text = issue(key, kind=kind, pseudonym=pseudonym, expires_at=expires_at)
    assert len(text) == 140
    token = verify(RING, text, at=expires_at - 1)
    assert (token.kind, token.pseudonym, token.expires_at) == (kind, pseudonym, expires_at)
    with pytest.raises(TokenRefused, match="token_expired"):
        verify(RING, text, at=expires_at)


@given(
    st.integers(1, 2**32 - 1),
    st.builds(
        Declared, at=st.integers(0, 2**32 - 1), symptoms=st.booleans(), contact=st.booleans()
    ),
)
def test_a_declaration_says_when_and_its_two_facts(expires_at: int, declared: Declared) -> None:
    text = issue(OLD, kind="declaration", pseudonym=WHO, expires_at=expires_at, declared=declared)
    assert len(text) == text_length("declaration") == 148
    token = verify(RING, text, at=expires_at - 1)
    assert (token.kind, token.pseudonym, token.declared) == ("declaration", WHO, declared)


def test_only_a_declaration_says_what_was_declared() -> None:
    declared = Declared(at=1, symptoms=False, contact=False)
    with pytest.raises(ValueError, match="no other token"):
        issue(OLD, kind="slip", pseudonym=WHO, expires_at=2, declared=declared)
    with pytest.raises(ValueError, match="no other token"):
        issue(OLD, kind="declaration", pseudonym=WHO, expires_at=2)


@given(st.integers(4, 139), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_it_refuses_a_token_with_any_symbol_changed(at: int, symbol: str) -> None:
    text = issue(OLD, kind="person", pseudonym=WHO, expires_at=2**31)
    wrong = text[:at] + symbol + text[at + 1 :]
    if wrong == text:
        assert verify(RING, wrong, at=0).pseudonym == WHO
        return
    with pytest.raises(TokenRefused) as refused:
        verify(RING, wrong, at=0)
    assert refused.value.code in {"token_wrong_signature", "token_unknown_key"}


@given(st.text(max_size=200))
def test_it_refuses_any_other_text(text: str) -> None:
    with pytest.raises(TokenRefused, match="token_malformed"):
        verify(RING, text, at=0)
    with pytest.raises(TokenRefused, match="token_malformed"):
        verify(RING, "LP1:" + text[:136].ljust(136, "é"), at=0)


def test_it_forgets_a_key_that_left_the_ring() -> None:
    text = issue(OLD, kind="person", pseudonym=WHO, expires_at=2**31)
    with pytest.raises(TokenRefused, match="token_unknown_key"):
        verify(KeyRing({2: NEW.public_point()}), text, at=0)


def test_it_signs_the_same_after_the_key_was_stored() -> None:
    again = signing_key_from_bytes(1, OLD.to_bytes())
    assert again.public_point() == OLD.public_point()


def test_it_refuses_wrong_sizes() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        issue(OLD, kind="person", pseudonym=b"short", expires_at=1)
    with pytest.raises(ValueError, match="255"):
        new_signing_key(256)


def test_it_keeps_only_hashes_of_what_it_hands_out() -> None:
    token = new_device_token()
    assert token != new_device_token()
    assert same_secret(token, hash_secret(token))
    assert not same_secret(token + "x", hash_secret(token))
    assert len(new_one_time_code()) == 6
    slip = new_slip_code()
    assert plain_slip_code(f" {slip[:5]}-{slip[5:]} ".lower()) == slip
    assert plain_slip_code("oO-iL1") == "00111"
