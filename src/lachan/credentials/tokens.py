"""Person and slip tokens: what our own QR codes hold, verifiable without a network.

    text  = "LP1:" (person) or "LS1:" (printed slip) + 136 characters of base 32 (RFC 4648)
    bytes = key id (1) | pseudonym (16) | expiry, seconds since 1970 (4) | signature r and s (64)

Signed with ES256 over the four-character prefix and the first 21 bytes, because every browser's
WebCrypto can check that. The 140 characters are QR-alphanumeric: version 6 at level M, so that a
5 cm print still scans. The token holds a pseudonym, never an identity number, name or phone.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

#: kind -> prefix of the text; part of what is signed, so a slip cannot be turned into a person.
PREFIXES: dict[str, str] = {"person": "LP1:", "slip": "LS1:"}
#: bytes of a pseudonym (a random 128-bit number).
PSEUDONYM_BYTES = 16
#: bytes of r and of s each. Source: RFC 7518, 3.4.
_HALF = 32
_BODY = 1 + PSEUDONYM_BYTES + 4
#: no padding: 85 bytes are exactly 136 symbols
_TEXT = re.compile(r"[A-Z2-7]{136}", re.ASCII)

_ES256 = ec.ECDSA(hashes.SHA256())


class TokenRefused(ValueError):
    """A token is not to be believed. `code`: token_malformed, token_unknown_key,
    token_wrong_signature, token_expired."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` person or slip; `expires_at` in seconds since 1970, the first second of not valid."""

    kind: str
    key_id: int
    pseudonym: bytes
    expires_at: int


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key and its id (0..255)."""

    key_id: int
    private: ec.EllipticCurvePrivateKey

    def to_bytes(self) -> bytes:
        """The 32-byte private number, to be stored sealed."""
        return self.private.private_numbers().private_value.to_bytes(_HALF, "big")

    def public_point(self) -> bytes:
        """65 bytes, uncompressed: what WebCrypto imports as "raw"."""
        return self.private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )


def new_signing_key(key_id: int) -> SigningKey:
    """A fresh P-256 key."""
    return _with_id(key_id, ec.generate_private_key(ec.SECP256R1()))


def signing_key_from_bytes(key_id: int, secret: bytes) -> SigningKey:
    """The inverse of `SigningKey.to_bytes`."""
    return _with_id(key_id, ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1()))


class KeyRing:
    """The public keys believed now; while a key is being changed, two are valid at once."""

    def __init__(self, points: Mapping[int, bytes]) -> None:
        self._keys = {
            key_id: ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
            for key_id, point in points.items()
        }

    def find(self, key_id: int) -> ec.EllipticCurvePublicKey:
        """The key of that id. Raises TokenRefused("token_unknown_key")."""
        if key_id not in self._keys:
            raise TokenRefused("token_unknown_key")
        return self._keys[key_id]


def issue(key: SigningKey, *, kind: str, pseudonym: bytes, expires_at: int) -> str:
    """The text of a new token. `kind` is person or slip."""
    if len(pseudonym) != PSEUDONYM_BYTES:
        raise ValueError(f"a pseudonym has {PSEUDONYM_BYTES} bytes")
    prefix = PREFIXES[kind]
    body = bytes([key.key_id]) + pseudonym + expires_at.to_bytes(4, "big")
    r, s = decode_dss_signature(key.private.sign(prefix.encode() + body, _ES256))
    signature = r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")
    return prefix + base64.b32encode(body + signature).decode()


def verify(ring: KeyRing, text: str, *, at: int) -> Token:
    """The token, believed at that second. Raises TokenRefused. Signature before expiry: an expired
    token is named so only when it was truly ours."""
    token, signed, signature = _parse(text)
    try:
        ring.find(token.key_id).verify(signature, signed, _ES256)
    except InvalidSignature:
        raise TokenRefused("token_wrong_signature") from None
    if at >= token.expires_at:
        raise TokenRefused("token_expired")
    return token


def _parse(text: str) -> tuple[Token, bytes, bytes]:
    """Token, signed bytes, DER signature; nothing verified yet."""
    text = text.strip().upper()
    kinds = [kind for kind, prefix in PREFIXES.items() if text.startswith(prefix)]
    if not kinds or not _TEXT.fullmatch(text[4:]):
        raise TokenRefused("token_malformed")
    raw = base64.b32decode(text[4:])
    body, signature = raw[:_BODY], raw[_BODY:]
    token = Token(
        kind=kinds[0],
        key_id=body[0],
        pseudonym=body[1 : 1 + PSEUDONYM_BYTES],
        expires_at=int.from_bytes(body[-4:], "big"),
    )
    r, s = (int.from_bytes(half, "big") for half in (signature[:_HALF], signature[_HALF:]))
    return token, text[:4].encode() + body, encode_dss_signature(r, s)


def _with_id(key_id: int, private: ec.EllipticCurvePrivateKey) -> SigningKey:
    if not 0 <= key_id <= 255:
        raise ValueError("a key id lies between 0 and 255")
    return SigningKey(key_id, private)
