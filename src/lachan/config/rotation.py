"""Rotate the installation's keys: the old ones open until nothing is under them any more."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from lachan.config.home import Home, write_private
from lachan.core.carrying import add_carrying_key
from lachan.core.keys import FRESH_SECONDS, forget_keys
from lachan.core.scope import system_scope
from lachan.core.sealing import rewrap_all
from lachan.core.signing import add_signing_key
from lachan.credentials.envelope import new_key
from lachan.declarations.taking import rekey as rekey_sent
from lachan.gate.unmatched import rekey as rekey_unmatched
from lachan.people.services import reindex, reseal_second_factors
from lachan.sampling.table_taking import rekey as rekey_samples
from lachan.vaccination.site_taking import rekey as rekey_site


@dataclass(frozen=True)
class Rotated:
    """How many data keys, persons' indexes and second factors moved to the newest keys."""

    data_keys: int
    persons: int
    second_factors: int


def rotate(home: Home, *, settle: float = FRESH_SECONDS + 1) -> Rotated:
    """Add new keys, move everything to them, then drop the old ones; add a signing key.

    `settle` seconds pass before anything moves: by then every running process knows both keys.  A
    run that was stopped is gone on with by running it again: while two keys are there, no third is
    made.  What was signed with the former signing key is believed until the next rotation.
    """
    secrets = home.secrets()
    both = replace(
        secrets,
        key_encryption_keys=_with_a_second(secrets.key_encryption_keys),
        blind_index_keys=_with_a_second(secrets.blind_index_keys),
    )
    write_private(home.secrets_file, both.to_json())
    time.sleep(settle)
    forget_keys()
    _all(rekey_unmatched)
    _all(rekey_sent)
    _all(rekey_samples)
    _all(rekey_site)
    rotated = Rotated(_all(rewrap_all), _all(reindex), reseal_second_factors())
    newest = replace(
        both,
        key_encryption_keys=_newest(both.key_encryption_keys),
        blind_index_keys=_newest(both.blind_index_keys),
    )
    write_private(home.secrets_file, newest.to_json())
    forget_keys()
    add_signing_key()
    add_carrying_key()
    return rotated


def _with_a_second(keys: dict[int, bytes]) -> dict[int, bytes]:
    return keys if len(keys) > 1 else {**keys, max(keys) + 1: new_key()}


def _newest(keys: dict[int, bytes]) -> dict[int, bytes]:
    return {max(keys): keys[max(keys)]}


def _all(batch: Callable[[], int]) -> int:
    """Run a batch, each in a transaction of its own, until there is nothing left."""
    done = 0
    while True:
        with system_scope("keys.rotate"):
            count = batch()
        done += count
        if not count:
            return done
