"""Random secrets that are handed out once and kept only as a hash.

Device tokens are long and random, so a plain SHA-256 is enough. One-time codes and slip codes are
short: whoever stores them also counts attempts and lets them expire.
"""

import hashlib
import hmac
import secrets

#: Crockford's symbols without the check ones: no I, L, O, U to misread on a printed slip.
_SLIP_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: symbols; 50 bits, with at most a few tries an hour far beyond guessing.
SLIP_SYMBOLS = 10
#: digits of a one-time code, as people know it from their bank.
CODE_DIGITS = 6


def new_device_token() -> str:
    """256 random bits as text; given to the device once."""
    return "LD1_" + secrets.token_urlsafe(32)


def hash_secret(secret: str) -> bytes:
    """What the database keeps: SHA-256, 32 bytes."""
    return hashlib.sha256(secret.encode()).digest()


def same_secret(secret: str, stored: bytes) -> bool:
    """Whether the stored hash is of this secret, in constant time."""
    return hmac.compare_digest(hash_secret(secret), stored)


def new_link_code() -> str:
    """128 random bits as text, for a link in a message: nobody types it."""
    return secrets.token_urlsafe(16)


def new_one_time_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def new_slip_code() -> str:
    """Ten symbols for a printed slip; shown in two groups of five."""
    return "".join(secrets.choice(_SLIP_SYMBOLS) for _ in range(SLIP_SYMBOLS))


def plain_slip_code(text: str) -> str:
    """As typed by somebody reading a slip: capitals, without spaces and hyphens, O read as 0 and
    I or L as 1."""
    plain = text.upper().replace("-", "").replace(" ", "")
    return plain.translate(str.maketrans("OIL", "011"))
