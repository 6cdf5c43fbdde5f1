"""A delivery: read whole, known by its bytes and by its messages' numbers, taken in once."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connections
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.bulk import insert_many
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.keys import keyring
from lachan.core.refusals import Refused
from lachan.core.scope import Principal, reading_a_file
from lachan.credentials import envelope
from lachan.formats.assays import Assay
from lachan.formats.labfiles import read_file
from lachan.formats.labresults import LabMessage
from lachan.sampling.import_taking import Refusal, Tally, refused_rows, take
from lachan.sampling.models import DeliveredMessage, DeliveryRow, LabDelivery

if TYPE_CHECKING:
    from lachan.formats.hl7v2 import RefusedMessage

#: How long the bytes are kept, to answer what was sent; ours, to be confirmed.
KEPT = timedelta(days=30)
#: What of a delivery is written when it is taken; the bytes are there.
_FINISHED = (
    *("kind", "sender", "message", "assay", "state", "code", "rows", "taken", "repeated"),
    *("corrected", "controls", "refused", "at", "by", "by_name"),
)


@dataclass(frozen=True, slots=True)
class Incoming:
    """What came: `way` file or wire, `name` of the file, `assay` the table its cycles are read by
    (`assay_name` as "disease/name")."""

    data: bytes
    way: str
    name: str = ""
    kind: str = "auto"
    assay: Assay | None = None
    assay_name: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes."""
        return sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Read:
    """A delivery as it was read: whole messages, and those of it that are refused."""

    messages: list[LabMessage] = field(default_factory=list)
    refused: list["RefusedMessage"] = field(default_factory=list)


def read(incoming: Incoming) -> Read:
    """Every message.  Raises LabFileRefused where nothing of the file can be trusted."""
    found = Read()
    for each in read_file(incoming.data, incoming.name, kind=incoming.kind, assay=incoming.assay):
        if isinstance(each, LabMessage):
            found.messages.append(each)
        else:
            found.refused.append(each)
    return found


def one_at_a_time(by: Principal) -> UUID:
    """The laboratory, whose deliveries are taken one after another.  Refused: no_unit."""
    if by.organisation is None:
        raise Refused("no_unit", _("Sign in for the laboratory."))
    reading_a_file()
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 26))", [str(by.organisation)]
        )
    return by.organisation


def known(laboratory: UUID, digest: str) -> LabDelivery | None:
    """The delivery of these bytes, whatever became of it."""
    return LabDelivery.objects.filter(laboratory=laboratory, digest=digest).first()


def begin(incoming: Incoming, laboratory: UUID, *, by: Principal) -> LabDelivery:
    """A delivery that is not taken yet, with its bytes sealed."""
    keys = keyring()
    version = keys.sealing_version
    key, made, at = envelope.new_key(), uuid7(), now()
    row = LabDelivery(
        id=made,
        laboratory=laboratory,
        way=incoming.way,
        file_name=incoming.name[-120:],
        assay=incoming.assay_name,
        digest=incoming.digest,
        wrapped=envelope.wrap_key(keys.key_encryption[version], version, key),
        sealed=envelope.seal(key, incoming.data, made.bytes),
        keep_until=at + KEPT,
        state=LabDelivery.State.WAITING,
        at=at,
        by=by.account,
        by_name=by.name[:120],
    )
    row.save(force_insert=True)
    return row


def finish(row: LabDelivery, found: Read, assay: Assay | None, *, by: Principal) -> Tally:
    """Take what was read, and keep beside the delivery what was not."""
    tally = Tally()
    for message in found.messages:
        tally.add(_take_message(row, message, assay, by))
    tally.refusals += [
        Refusal(each.row, "", each.code, each.detail[:200]) for each in found.refused
    ]
    first = found.messages[0] if found.messages else None
    row.kind = first.kind if first else row.kind
    row.sender = first.sender[:120] if first else ""
    row.message = first.id[:120] if first else ""
    row.state = LabDelivery.State.TAKEN if first else LabDelivery.State.REFUSED
    row.code = "" if first or not found.refused else found.refused[0].code
    row.at, row.by, row.by_name = now(), by.account, by.name[:120]
    row.rows, row.taken, row.repeated = tally.rows, tally.taken, tally.repeated
    row.corrected, row.controls, row.refused = tally.corrected, tally.controls, tally.refused
    row.save(update_fields=_FINISHED)
    _keep(row, tally.refusals)
    audit.record("delivery.taken", target=("delivery", row.id), by=by, detail=sums(row))
    return tally


def sums(row: LabDelivery) -> dict[str, int]:
    """The counts of a delivery by name."""
    names = ("rows", "taken", "repeated", "corrected", "controls", "refused")
    return {name: getattr(row, name) for name in names}


def _take_message(
    row: LabDelivery, message: LabMessage, assay: Assay | None, by: Principal
) -> Tally:
    numbered = message.kind != LabDelivery.Kind.PLATE and bool(message.id)
    if numbered:
        before = message_before(row.laboratory, message)
        if before is not None:
            return _again(message, before)
        DeliveredMessage.objects.create(
            delivery=row,
            laboratory=row.laboratory,
            sender=message.sender[:120],
            message=message.id[:120],
            digest=content_of(message),
        )
    tally = take(message.results, source=message.kind, by=by, assay=assay)
    tally.refusals += refused_rows(message.refused)
    return tally


def message_before(laboratory: UUID, message: LabMessage) -> DeliveredMessage | None:
    """The message with this number of this sender that was taken before."""
    return DeliveredMessage.objects.filter(
        laboratory=laboratory, sender=message.sender[:120], message=message.id[:120]
    ).first()


def _again(message: LabMessage, before: DeliveredMessage) -> Tally:
    count = len(message.results) + len(message.refused)
    if before.digest == content_of(message):
        return Tally(repeated=count)
    return Tally(refusals=[Refusal(message.row, "", "different_content", message.id[:200])])


def content_of(message: LabMessage) -> str:
    """A digest of what a message says, wherever in a file it stands."""
    results = [asdict(each) | {"row": 0} for each in message.results]
    refused = [asdict(each) | {"row": 0} for each in message.refused]
    said = [*results, *refused]
    return sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()


def _keep(row: LabDelivery, refusals: Iterable[Refusal]) -> None:
    kept = [
        DeliveryRow(
            delivery=row,
            laboratory=row.laboratory,
            row=each.row,
            tube=each.tube[:80],
            code=each.code,
            detail=each.detail[:200],
            outcome=each.result.outcome if each.result else "",
            value=each.result.value[:200] if each.result else "",
            ct=dict(each.result.ct) if each.result else {},
        )
        for each in refusals
    ]
    insert_many(DeliveryRow, kept)


def opened(row: LabDelivery) -> bytes:
    """The bytes as they came.  Refused: delivery_gone."""
    if row.keep_until <= now() or not row.sealed:
        raise Refused(
            "delivery_gone",
            _("The file was destroyed, because its time was over. Send it again."),
            status=410,
        )
    key = envelope.unwrap_key(keyring().key_encryption, bytes(row.wrapped))
    return envelope.open_sealed(key, bytes(row.sealed), row.id.bytes)


def destroy_old() -> int:
    """Destroy bytes whose time is over; counts and refused rows stay.  Only in a system scope."""
    old = LabDelivery.objects.filter(keep_until__lte=now()).exclude(sealed=b"")
    return old.update(sealed=b"", wrapped=b"")
