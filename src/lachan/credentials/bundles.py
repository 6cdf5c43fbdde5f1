"""Files that a gate's device writes for us alone: sealed to the installation's public key.

    text = JSON {"lachan": "carry-1", "to", "from", "salt", "iv", "body"}, binary parts in base 64
    key  = HKDF-SHA-256 of the ECDH (P-256) secret between a key made for this file and ours
    body = AES-256-GCM, with format, receiver and sender as data that are authenticated too

The twin in the browser is `ui/static/ui/scan/bundle.js`.
"""

import base64
import binascii
import json
import os
from collections.abc import Mapping
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORMAT = "carry-1"
_INFO = b"lachan-carry-1"
_SALT, _IV, _KEY = 16, 12, 32  # bytes
_PARTS = ("to", "from", "salt", "iv", "body")


class BundleRefused(ValueError):
    """A file that is not taken.  `code`: file_unreadable, file_elsewhere, file_damaged."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    """65 bytes, uncompressed: what WebCrypto imports as "raw"."""
    return key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


def fingerprint(point: bytes) -> str:
    """By which a file names whom it was made for."""
    return sha256(point).hexdigest()[:16]


def seal_bundle(point: bytes, content: bytes) -> str:
    """What a device does, for tests and tools of our own."""
    single = ec.generate_private_key(ec.SECP256R1())
    ours = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    to, sender = fingerprint(point), _text(point_of(single.public_key()))
    salt, iv = os.urandom(_SALT), os.urandom(_IV)
    key = _key(single.exchange(ec.ECDH(), ours), salt)
    body = AESGCM(key).encrypt(iv, content, _bound(to, sender))
    parts = {"to": to, "from": sender, "salt": _text(salt), "iv": _text(iv), "body": _text(body)}
    return json.dumps({"lachan": FORMAT, **parts})


def open_bundle(keys: Mapping[str, ec.EllipticCurvePrivateKey], text: bytes) -> bytes:
    """The content of a file.  `keys`: our private keys by fingerprint.  Raises BundleRefused."""
    try:
        told = json.loads(text)
        if told["lachan"] != FORMAT:
            raise BundleRefused("file_unreadable")
        to, sender, *rest = (str(told[name]) for name in _PARTS)
        point, salt, iv, body = (base64.b64decode(part, validate=True) for part in (sender, *rest))
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise BundleRefused("file_unreadable") from None
    if to not in keys:
        raise BundleRefused("file_elsewhere")
    try:
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        key = _key(keys[to].exchange(ec.ECDH(), theirs), salt)
        return AESGCM(key).decrypt(iv, body, _bound(to, sender))
    except (ValueError, InvalidTag):
        raise BundleRefused("file_damaged") from None


def _key(secret: bytes, salt: bytes) -> bytes:
    return HKDF(hashes.SHA256(), _KEY, salt, _INFO).derive(secret)


def _bound(to: str, sender: str) -> bytes:
    return f"{FORMAT}|{to}|{sender}".encode()


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
