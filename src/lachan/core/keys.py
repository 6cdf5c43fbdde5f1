"""The installation's keys, by version.  They live outside the database, in the home's secrets."""

from dataclasses import dataclass
from functools import lru_cache

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


@lru_cache(maxsize=1)
def keyring() -> Keyring:
    """The keys of this installation; read once in a process."""
    secrets = settings.LACHAN_SECRETS()
    return Keyring(secrets.key_encryption_keys, secrets.blind_index_keys)


def forget_keys() -> None:
    """Read the keys again: after a rotation."""
    keyring.cache_clear()
