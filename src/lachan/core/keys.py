"""The installation's keys, by version.  They live outside the database, in the home's secrets."""

import time
from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class Keyring:
    """Keys by version; the highest version seals, every version still opens."""

    key_encryption: dict[int, bytes]
    blind_index: dict[int, bytes]

    @property
    def sealing_version(self) -> int:
        """The version that new data keys are wrapped with."""
        return max(self.key_encryption)

    @property
    def index_version(self) -> int:
        """The version that new index rows carry."""
        return max(self.blind_index)


#: Seconds after which a process reads its keys again: so long does a rotation wait before anything
#: is moved to a new key.
FRESH_SECONDS = 5.0

_known: tuple[float, Keyring] | None = None


def keyring() -> Keyring:
    """The keys of this installation, at most `FRESH_SECONDS` old."""
    global _known
    read_at = time.monotonic()
    if _known is None or read_at - _known[0] > FRESH_SECONDS:
        secrets = settings.LACHAN_SECRETS()
        _known = (read_at, Keyring(secrets.key_encryption_keys, secrets.blind_index_keys))
    return _known[1]


def forget_keys() -> None:
    """Read the keys again at the next use."""
    global _known
    _known = None
