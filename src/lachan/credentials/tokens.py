"""Person, slip, declaration and result tokens: what our own QR codes hold, to be verified without
a network.

    text  = "LP1:" (person), "LS1:" (printed slip), "LR1:" (slip of a test result) or "LV1:"
            (paper of a test result) + 136 characters of base 32 (RFC 4648)
    bytes = key id (1) | pseudonym (16) | expiry, seconds since 1970 (4) | signature r and s (64)

    text  = "LD1:" (printed declaration) + 144 characters of base 32
    bytes = key id (1) | pseudonym (16) | expiry (4) | declared at (4) | flags (1) | signature (64)

Signed with ES256 over the four-character prefix and the bytes before the signature, because every
browser's WebCrypto can check that. The 140 and 148 characters are QR-alphanumeric: version 6 at
level M (154 characters; ISO/IEC 18004, table 7), so that a 5 cm print still scans. A token holds a
pseudonym, never an identity number, name or phone. Of a declaration it holds the two facts a rule
may ask: bit 0 of the flags "has symptoms", bit 1 "was near a patient"; other bits are zero.
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
PREFIXES: dict[str, str] = {
    "person": "LP1:",
    "slip": "LS1:",
    "declaration": "LD1:",
    "result": "LR1:",
    "paper": "LV1:",
}
#: bytes of a pseudonym (a random 128-bit number).
PSEUDONYM_BYTES = 16
#: bytes of r and of s each. Source: RFC 7518, 3.4.
_HALF = 32
#: bytes that every kind begins with: key id, pseudonym, expiry.
_HEAD = 1 + PSEUDONYM_BYTES + 4
#: kind -> bytes before the signature.
_BODY: dict[str, int] = dict.fromkeys(PREFIXES, _HEAD) | {"declaration": _HEAD + 4 + 1}
_SYMBOLS = re.compile(r"[A-Z2-7]+", re.ASCII)

#: bits of a declaration's flags.
_SYMPTOMS, _CONTACT = 1, 2

#: The alphabet of RFC 4648 as the digits that `int` reads in base 32.
_DIGITS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHIJKLMNOPQRSTUV")

_ES256 = ec.ECDSA(hashes.SHA256())


class TokenRefused(ValueError):
    """A token is not to be believed. `code`: token_malformed, token_unknown_key,
    token_wrong_signature, token_expired."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Declared:
    """What a declaration token says: when it was made (seconds since 1970) and the two facts."""

    at: int
    symptoms: bool
    contact: bool


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` of `PREFIXES`; `expires_at` in seconds since 1970, the first second of
    not valid; `declared` only in a declaration."""

    kind: str
    key_id: int
    pseudonym: bytes
    expires_at: int
    declared: Declared | None = None


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


def issue(
    key: SigningKey,
    *,
    kind: str,
    pseudonym: bytes,
    expires_at: int,
    declared: Declared | None = None,
) -> str:
    """The text of a new token. `kind` is one of `PREFIXES`; only a declaration has `declared`."""
    if len(pseudonym) != PSEUDONYM_BYTES:
        raise ValueError(f"a pseudonym has {PSEUDONYM_BYTES} bytes")
    if (kind == "declaration") is not (declared is not None):
        raise ValueError("a declaration token says what was declared, and no other token does")
    prefix = PREFIXES[kind]
    body = bytes([key.key_id]) + pseudonym + expires_at.to_bytes(4, "big")
    if declared is not None:
        flags = _SYMPTOMS * declared.symptoms | _CONTACT * declared.contact
        body += declared.at.to_bytes(4, "big") + bytes([flags])
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


def peek(text: str) -> Token:
    """What a token says of itself, believed by nobody: for tools that explain a code.  Raises
    TokenRefused("token_malformed")."""
    return _parse(text)[0]


def _parse(text: str) -> tuple[Token, bytes, bytes]:
    """Token, signed bytes, DER signature; nothing verified yet."""
    text = text.strip().upper()
    kind = next((kind for kind, prefix in PREFIXES.items() if text.startswith(prefix)), "")
    # No padding: 85 and 90 bytes are exactly 136 and 144 symbols.
    if not kind or len(text) != text_length(kind) or not _SYMBOLS.fullmatch(text[4:]):
        raise TokenRefused("token_malformed")
    # Python's own base 32 takes as long as a quarter of the signature's check.
    size = _BODY[kind] + 2 * _HALF
    raw = int(text[4:].translate(_DIGITS), 32).to_bytes(size, "big")
    body, signature = raw[: _BODY[kind]], raw[_BODY[kind] :]
    token = Token(
        kind=kind,
        key_id=body[0],
        pseudonym=body[1 : 1 + PSEUDONYM_BYTES],
        expires_at=int.from_bytes(body[_HEAD - 4 : _HEAD], "big"),
        declared=_declared(body[_HEAD:]),
    )
    r, s = (int.from_bytes(half, "big") for half in (signature[:_HALF], signature[_HALF:]))
    return token, text[:4].encode() + body, encode_dss_signature(r, s)


def text_length(kind: str) -> int:
    """Characters of a token of this kind, with its prefix."""
    return len(PREFIXES[kind]) + (_BODY[kind] + 2 * _HALF) * 8 // 5


def _declared(rest: bytes) -> Declared | None:
    if not rest:
        return None
    return Declared(
        at=int.from_bytes(rest[:4], "big"),
        symptoms=bool(rest[4] & _SYMPTOMS),
        contact=bool(rest[4] & _CONTACT),
    )


def _with_id(key_id: int, private: ec.EllipticCurvePrivateKey) -> SigningKey:
    if not 0 <= key_id <= 255:
        raise ValueError("a key id lies between 0 and 255")
    return SigningKey(key_id, private)
