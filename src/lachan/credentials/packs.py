"""Packs that a gate believes without a network: bytes with an ES256 signature of the installation.

The twin in the browser is `gate/static/gate/pack.js`.
"""

import base64
import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from lachan.credentials.tokens import KeyRing, SigningKey, TokenRefused

#: What is signed begins with this, so that no signature of a token can be shown as one of a pack.
PREFIX = b"LZ1:"

#: Bytes of a digest that a pack keeps of a pseudonym: enough that no two people of a nation meet.
DIGEST = 12

_ES256 = ec.ECDSA(hashes.SHA256())
_HALF = 32


def digest_of(salt: bytes, pseudonym: bytes) -> str:
    """What a pack knows of a person: whoever holds the code can find it, nobody else."""
    return sha256(salt + pseudonym).digest()[:DIGEST].hex()


def sign_pack(key: SigningKey, content: Mapping[str, Any]) -> dict[str, Any]:
    """The pack as it is sent: the body's bytes, which key signed them, and the signature."""
    body = json.dumps(content, separators=(",", ":"), sort_keys=True).encode()
    r, s = decode_dss_signature(key.private.sign(PREFIX + body, _ES256))
    signature = r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")
    return {
        "key": key.key_id,
        "body": base64.b64encode(body).decode(),
        "signature": base64.b64encode(signature).decode(),
    }


def open_pack(ring: KeyRing, pack: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a pack that we signed.  Raises TokenRefused."""
    body, signature = (base64.b64decode(pack[name]) for name in ("body", "signature"))
    r, s = (int.from_bytes(half, "big") for half in (signature[:_HALF], signature[_HALF:]))
    try:
        ring.find(pack["key"]).verify(encode_dss_signature(r, s), PREFIX + body, _ES256)
    except InvalidSignature:
        raise TokenRefused("token_wrong_signature") from None
    content: dict[str, Any] = json.loads(body)
    return content
