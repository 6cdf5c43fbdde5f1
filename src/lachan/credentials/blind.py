"""Blind index: find a row by an encrypted field without being able to read the field.

The same kind and text under the same key always give the same bytes; without the key neither the
text nor whether two installations hold the same text can be learnt. Callers fold the text first
(one spelling for one thing) and keep the key's version beside the result, so that two versions can
be looked up while a rotation is under way.
"""

import hashlib
import hmac

#: bytes; 128 bits: among 10**9 indexed values the chance of any collision is below 10**-20.
INDEX_BYTES = 16
#: bytes; shorter keys are refused. Source: NIST SP 800-107, 5.3.2 (key at least as strong as use).
MINIMUM_KEY_BYTES = 32


def blind(key: bytes, kind: str, text: str) -> bytes:
    """HMAC-SHA-256 of kind and text, first 16 bytes. `kind` separates the name spaces: the same
    digits as a phone and as a document give unrelated values."""
    if len(key) < MINIMUM_KEY_BYTES:
        raise ValueError(f"a blind index key has at least {MINIMUM_KEY_BYTES} bytes")
    if not kind or "\0" in kind:
        raise ValueError("a blind index kind is a plain non-empty word")
    message = kind.encode() + b"\0" + text.encode()
    return hmac.new(key, message, hashlib.sha256).digest()[:INDEX_BYTES]
