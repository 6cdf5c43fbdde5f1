"""Envelope encryption on bytes: a data key per person, wrapped by a versioned key-encryption key.

A person's identifying fields are sealed with that person's own data key. The data key lies beside
them only wrapped, so rotating the key-encryption key rewrites a few dozen bytes a person, and
destroying a data key makes everything sealed with it unreadable for ever (erasure).

Blobs, all numbers big-endian:
    wrapped key  b"W1" | key id (4) | nonce (12) | ciphertext (32) | tag (16)     66 bytes
    sealed text  b"S1" | nonce (12) | ciphertext (n) | tag (16)                   30 + n bytes
"""

import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

#: bytes; AES-256. Source: NIST FIPS 197.
KEY_BYTES = 32
#: bytes; the nonce length AES-GCM is defined for without hashing. Source: NIST SP 800-38D, 5.2.1.1.
NONCE_BYTES = 12
#: bytes; the full tag, never truncated. Source: NIST SP 800-38D, appendix C.
TAG_BYTES = 16

_WRAPPED = b"W1"
_SEALED = b"S1"
_KEY_ID_BYTES = 4
_WRAPPED_HEAD = len(_WRAPPED) + _KEY_ID_BYTES
#: bytes of a wrapped key.
WRAPPED_BYTES = _WRAPPED_HEAD + NONCE_BYTES + KEY_BYTES + TAG_BYTES


class EnvelopeBroken(ValueError):
    """A blob cannot be opened. `code` is one of malformed, unknown_key, tampered."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def new_key() -> bytes:
    """32 random bytes: a data key or a key-encryption key."""
    return os.urandom(KEY_BYTES)


def wrap_key(kek: bytes, key_id: int, data_key: bytes) -> bytes:
    """Wrap a data key with the key-encryption key of that id (0 .. 2**32 - 1)."""
    _require_key(kek)
    _require_key(data_key)
    head = _WRAPPED + key_id.to_bytes(_KEY_ID_BYTES, "big")
    nonce = os.urandom(NONCE_BYTES)
    return head + nonce + AESGCM(kek).encrypt(nonce, data_key, head)


def wrapping_key_id(blob: bytes) -> int:
    """The id of the key-encryption key that wrapped this blob; tells rotation what is left."""
    if len(blob) != WRAPPED_BYTES or not blob.startswith(_WRAPPED):
        raise EnvelopeBroken("malformed")
    return int.from_bytes(blob[len(_WRAPPED) : _WRAPPED_HEAD], "big")


def unwrap_key(keks: Mapping[int, bytes], blob: bytes) -> bytes:
    """The data key inside. Raises EnvelopeBroken: malformed, unknown_key, tampered."""
    kek = keks.get(wrapping_key_id(blob))
    if kek is None:
        raise EnvelopeBroken("unknown_key")
    head, rest = blob[:_WRAPPED_HEAD], blob[_WRAPPED_HEAD:]
    return _decrypt(kek, rest, head)


def seal(data_key: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """Encrypt with a fresh nonce. `aad` (say, table and row key) must be given again to open, so
    that a sealed value copied into another row does not open there."""
    _require_key(data_key)
    nonce = os.urandom(NONCE_BYTES)
    return _SEALED + nonce + AESGCM(data_key).encrypt(nonce, plaintext, _SEALED + aad)


def open_sealed(data_key: bytes, blob: bytes, aad: bytes) -> bytes:
    """The plaintext of `seal`. Raises EnvelopeBroken: malformed, tampered (or wrong key, aad)."""
    if len(blob) < len(_SEALED) + NONCE_BYTES + TAG_BYTES or not blob.startswith(_SEALED):
        raise EnvelopeBroken("malformed")
    return _decrypt(data_key, blob[len(_SEALED) :], _SEALED + aad)


def _decrypt(key: bytes, nonce_and_text: bytes, aad: bytes) -> bytes:
    _require_key(key)
    try:
        return AESGCM(key).decrypt(nonce_and_text[:NONCE_BYTES], nonce_and_text[NONCE_BYTES:], aad)
    except InvalidTag:
        raise EnvelopeBroken("tampered") from None


def _require_key(key: bytes) -> None:
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(key)}")
