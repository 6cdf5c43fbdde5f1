"""The bytes of lists: sealed when they come, opened for a moment to be read, destroyed in time."""

from datetime import timedelta

from django.utils.translation import gettext as _

from lachan.core.clock import now
from lachan.core.keys import keyring
from lachan.core.refusals import Refused
from lachan.core.scope import reading_a_file
from lachan.credentials import envelope
from lachan.tracing.models import Roster, RosterFile

#: A list nobody has gone on with, and one whose refusals wait to be put right.  Two shifts: the
#: office that sent it is open again by then.
KEPT = timedelta(hours=24)


def keep(roster: Roster, data: bytes) -> None:
    """Seal the bytes of a list under a new key, wrapped with the installation's; bytes that were
    let go and still lie there are taken up again."""
    ring = keyring()
    version = ring.sealing_version
    key = envelope.new_key()
    RosterFile.objects.update_or_create(
        roster=roster,
        defaults={
            "wrapped": envelope.wrap_key(ring.key_encryption[version], version, key),
            "sealed": envelope.seal(key, data, roster.id.bytes),
            "keep_until": now() + KEPT,
            "commune": roster.commune,
            "province": roster.province,
        },
    )


def is_kept(roster: Roster) -> bool:
    """Whether the bytes are still there."""
    return RosterFile.objects.filter(roster=roster, keep_until__gt=now()).exists()


def opened(roster: Roster) -> bytes:
    """The bytes of a list.  Refused: roster_file_gone."""
    row = RosterFile.objects.filter(roster=roster, keep_until__gt=now()).first()
    if row is None:
        raise Refused(
            "roster_file_gone",
            _("The file was destroyed, because its time was over. Send it again to go on."),
            status=410,
        )
    key = envelope.unwrap_key(keyring().key_encryption, bytes(row.wrapped))
    reading_a_file()
    return envelope.open_sealed(key, bytes(row.sealed), roster.id.bytes)


def keep_longer(roster: Roster) -> None:
    """An import is over: its refusals may be put right for as long as a new list would be kept."""
    RosterFile.objects.filter(roster=roster).update(keep_until=now() + KEPT)


def let_go(roster: Roster) -> None:
    """Nobody needs the bytes any more: nobody reads them from now, the worker destroys them."""
    RosterFile.objects.filter(roster=roster).update(keep_until=now())


def destroy_old() -> int:
    """Destroy what is over; only in a system scope.  How many."""
    return RosterFile.objects.filter(keep_until__lte=now()).delete()[0]
