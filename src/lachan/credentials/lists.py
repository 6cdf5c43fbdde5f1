"""Lists that a stolen device does not tell: each entry opens only with the code of its person.

From the salt and what the code says come the place of the entry and its key.  A pseudonym is
random, one round is enough; an identity number has twelve digits that can be tried, so that each
try is made slow.  The twin in the browser is `vaccination/static/vaccination/invited.js`.
"""

import hashlib
import json
import secrets
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

#: Rounds for what has few digits.  Source: our own choice; one entry takes a tablet about 0.05 s.
ROUNDS = 20_000
#: Bytes of the entry's place.
PLACE = 12
_KEY = 32
_NONCE = 12


def place_and_key(salt: bytes, secret: bytes, *, rounds: int) -> tuple[str, bytes]:
    """Where the entry of whoever holds `secret` lies, and what opens it."""
    made = hashlib.pbkdf2_hmac("sha256", secret, salt, rounds, PLACE + _KEY)
    return made[:PLACE].hex(), made[PLACE:]


def close_entry(salt: bytes, secret: bytes, told: Mapping[str, Any], *, rounds: int) -> list[str]:
    """[place, sealed]: nonce and AES-256-GCM of the JSON, bound to the place."""
    place, key = place_and_key(salt, secret, rounds=rounds)
    nonce = secrets.token_bytes(_NONCE)
    text = json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()
    return [place, b64encode(nonce + AESGCM(key).encrypt(nonce, text, place.encode())).decode()]
