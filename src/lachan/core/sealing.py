"""Identifying fields are sealed with the person's own data key.

The key is made when the first thing about a person is sealed, and destroyed to erase the person.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core.bulk import insert_many
from lachan.core.keys import keyring
from lachan.core.models import DataKey
from lachan.core.refusals import Refused
from lachan.credentials import envelope

Fields = dict[str, Any]

#: Keys that were read in this transaction, by person; None where nothing is held.
_held: ContextVar[dict[UUID, bytes] | None] = ContextVar("keys_in_hand", default=None)


@contextmanager
def keys_in_hand() -> Iterator[None]:
    """Within, each person's key is read once.

    Inside one transaction only: a key that was made in it is worth nothing when it rolls back.
    """
    token = _held.set({})
    try:
        yield
    finally:
        _held.reset(token)


def seal(person: UUID, fields: Mapping[str, Any]) -> bytes:
    """The sealed form of `fields` (JSON values) under the person's data key, made if missing."""
    return envelope.seal(_data_key(person), _packed(fields), person.bytes)


def seal_first(person: UUID, fields: Mapping[str, Any]) -> tuple[bytes, bytes]:
    """Seal for a person who has no key yet; give the sealed form and the key for what follows.

    A session that may append a person it will not see (a camera gate) cannot read the key back.
    """
    key = give_keys([person])[person]
    return envelope.seal(key, _packed(fields), person.bytes), key


def give_keys(persons: Iterable[UUID]) -> dict[UUID, bytes]:
    """A new data key for each of these persons, who have none yet; in one statement."""
    ring = keyring()
    version = ring.sealing_version
    keys = {person: envelope.new_key() for person in persons}
    insert_many(
        DataKey,
        [
            DataKey(
                person=person,
                wrapped=envelope.wrap_key(ring.key_encryption[version], version, key),
                key_version=version,
            )
            for person, key in keys.items()
        ],
    )
    return keys


def seal_with(key: bytes, person: UUID, fields: Mapping[str, Any]) -> bytes:
    """Seal with a key that `seal_first` gave."""
    return envelope.seal(key, _packed(fields), person.bytes)


def open_sealed(person: UUID, blob: bytes) -> Fields:
    """The fields inside; Refused("erased") when the person's key was destroyed."""
    return open_many([(person, blob)])[0]


def open_many(sealed: Iterable[tuple[UUID, bytes]]) -> list[Fields]:
    """The fields of many sealed values, in order, with one look-up of keys."""
    rows = [(person, bytes(blob)) for person, blob in sealed]
    keys = _unwrapped({person for person, _blob in rows})
    opened = []
    for person, blob in rows:
        key = keys.get(person)
        if key is None:
            raise Refused("erased", _("This person's data has been erased."), status=410)
        opened.append(json.loads(envelope.open_sealed(key, blob, person.bytes)))
    return opened


def seal_loose(row: UUID, fields: Mapping[str, Any]) -> bytes:
    """Seal for a row that belongs to no person yet, with a key of its own that lies wrapped before
    it.  No
    erasure reaches it: whoever finds out whose it is empties the row."""
    ring, key = keyring(), envelope.new_key()
    version = ring.sealing_version
    wrapped = envelope.wrap_key(ring.key_encryption[version], version, key)
    return wrapped + envelope.seal(key, _packed(fields), row.bytes)


def open_loose(row: UUID, blob: bytes) -> Fields:
    """What `seal_loose` sealed."""
    wrapped, sealed = blob[: envelope.WRAPPED_BYTES], blob[envelope.WRAPPED_BYTES :]
    key = envelope.unwrap_key(keyring().key_encryption, wrapped)
    opened: Fields = json.loads(envelope.open_sealed(key, sealed, row.bytes))
    return opened


def _packed(fields: Mapping[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _unwrapped(persons: set[UUID]) -> dict[UUID, bytes]:
    held = _held.get()
    if held is None:
        return _read(persons)
    held |= _read(persons - held.keys())
    return {person: held[person] for person in persons & held.keys()}


def _read(persons: set[UUID]) -> dict[UUID, bytes]:
    if not persons:
        return {}
    ring = keyring()
    return {
        row.person: envelope.unwrap_key(ring.key_encryption, bytes(row.wrapped))
        for row in DataKey.objects.filter(person__in=persons)
    }


def _data_key(person: UUID) -> bytes:
    found = _unwrapped({person}).get(person)
    if found is not None:
        return found
    return seal_first(person, {})[1]


def rewrap_all() -> int:
    """Wrap every data key with the newest key-encryption key; give how many changed.

    Run in a system scope, in batches, so that a rotation can be stopped and gone on with.
    """
    ring = keyring()
    newest = ring.sealing_version
    old = list(DataKey.objects.exclude(key_version=newest)[:5000])
    for row in old:
        key = envelope.unwrap_key(ring.key_encryption, bytes(row.wrapped))
        row.wrapped = envelope.wrap_key(ring.key_encryption[newest], newest, key)
        row.key_version = newest
    DataKey.objects.bulk_update(old, ["wrapped", "key_version"])
    return len(old)
