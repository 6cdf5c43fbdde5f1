"""The bytes of a list: sealed when they come, opened for a moment to be read, destroyed in time."""

from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.keys import keyring
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.credentials import envelope
from lachan.venues.keepers import own_organisation
from lachan.venues.rolls import RollFile

#: A list whose refusals wait to be put right.  Source: as `tracing.roster_files.KEPT`, two shifts.
KEPT = timedelta(hours=24)


def keep(
    *, data: bytes, file_name: str, purpose: str, by: Principal, outing: UUID | None = None
) -> RollFile:
    """Seal the bytes under a key that only this row holds, wrapped with the installation's."""
    ring = keyring()
    version = ring.sealing_version
    key = envelope.new_key()
    made = uuid7()
    row = RollFile(
        id=made,
        organisation=own_organisation(by),
        purpose=purpose,
        outing=outing,
        file_name=file_name[-120:],
        wrapped=envelope.wrap_key(ring.key_encryption[version], version, key),
        sealed=envelope.seal(key, data, made.bytes),
        sent_at=now(),
        sent_by=by.account,
        keep_until=now() + KEPT,
    )
    row.save(force_insert=True)
    return row


def opened(row: RollFile) -> bytes:
    """The bytes.  Refused: roll_file_gone."""
    if row.keep_until <= now():
        raise Refused(
            "roll_file_gone",
            _("The file was destroyed, because its time was over. Send it again to go on."),
            status=410,
        )
    key = envelope.unwrap_key(keyring().key_encryption, bytes(row.wrapped))
    return envelope.open_sealed(key, bytes(row.sealed), row.id.bytes)


def let_go(row: RollFile) -> None:
    """Nobody needs the bytes any more: nobody reads them from now, the worker destroys them."""
    row.keep_until = now()
    row.save(update_fields=["keep_until"])


def destroy_old() -> int:
    """Destroy what is over; only in a system scope.  How many."""
    return RollFile.objects.filter(keep_until__lte=now()).delete()[0]
