"""Find a person by a sealed field: an HMAC of the folded text, never the text."""

from lachan.core.keys import keyring
from lachan.credentials.blind import blind


def index_of(kind: str, text: str) -> bytes:
    """The index of `text` under the newest key."""
    ring = keyring()
    return blind(ring.blind_index[ring.index_version], kind, text)


def index_version() -> int:
    """The version that `index_of` uses; stored beside the index."""
    return keyring().index_version


def indexes_of(kind: str, text: str) -> list[bytes]:
    """The indexes of `text` under every key in use: while a rotation runs, two can match."""
    return [blind(key, kind, text) for key in keyring().blind_index.values()]
