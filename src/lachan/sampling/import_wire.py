"""One message of a wire: kept and taken in one transaction, then answered; a repeat hears the
same.

The answer to HL7: AA when everything was taken, AE with the reasons when rows were refused and
kept, AR when nothing could be read.  ASTM has no such answer: what was kept is acknowledged.
"""

from collections.abc import Collection

from django.utils.translation import override

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.scope import Principal
from lachan.formats.hl7ack import Fault, acknowledge
from lachan.formats.hl7v2 import Segment, split
from lachan.formats.labresults import FILE_REASONS, ROW_REASONS, LabFileRefused
from lachan.sampling import import_words
from lachan.sampling.import_delivering import (
    Incoming,
    Read,
    begin,
    content_of,
    finish,
    known,
    message_before,
    one_at_a_time,
    read,
)
from lachan.sampling.import_files import kept
from lachan.sampling.import_taking import Refusal
from lachan.sampling.models import LabDelivery


def take_hl7(data: bytes, *, by: Principal, senders: Collection[str] = ()) -> bytes:
    """The answer to one frame, when it is kept.  In the caller's transaction: it may be sent only
    after that is committed.  `senders`: "application|facility" (MSH-3, MSH-4) of those allowed,
    none for everybody."""
    header = _header(data)
    if senders and (header is None or _sender(header) not in senders):
        return _answer(header, [Fault("sender_unknown", _SENDER)], "AR")
    laboratory = one_at_a_time(by)
    incoming = Incoming(data, LabDelivery.Way.WIRE, kind="hl7")
    row = known(laboratory, incoming.digest)
    if row is not None and row.state != LabDelivery.State.WAITING:
        return _answer_of(row, header)
    found, fault = _read(incoming)
    if row is None and (said := _said_before(found, by)):
        return said
    row = row or begin(incoming, laboratory, by=by)
    row.kind = LabDelivery.Kind.HL7
    tally = finish(row, found, None, by=by)
    row.code = fault.code if fault else row.code
    faults = [fault] if fault else [_fault(each) for each in tally.refusals]
    row.answer = _answer(header, faults, _code(row, faults)).decode()
    row.save(update_fields=["answer", "code"])
    return row.answer.encode()


def _code(row: LabDelivery, faults: list[Fault]) -> str:
    if row.state == LabDelivery.State.REFUSED:
        return "AR"
    return "AE" if faults else "AA"


def _answer_of(row: LabDelivery, header: Segment | None) -> bytes:
    """What was answered; to what came as a file before, what would have been."""
    if row.answer:
        return row.answer.encode()
    faults = [_fault(each) for each in kept(row)]
    return _answer(header, faults, _code(row, faults))


#: Told to a machine, in its standard's language.
_SENDER = "This sender is not on the list of the laboratory."


def take_astm(data: bytes, *, by: Principal) -> LabDelivery:
    """Keep one ASTM message with what became of it.  In the caller's transaction."""
    laboratory = one_at_a_time(by)
    incoming = Incoming(data, LabDelivery.Way.WIRE, kind="astm")
    row = known(laboratory, incoming.digest)
    if row is not None and row.state != LabDelivery.State.WAITING:
        return row
    found, fault = _read(incoming)
    row = row or begin(incoming, laboratory, by=by)
    row.kind = LabDelivery.Kind.ASTM
    finish(row, found, None, by=by)
    if fault:
        row.code = fault.code
        row.save(update_fields=["code"])
    return row


def refuse_frame(head: bytes, code: str) -> bytes:
    """The answer to a frame that is no message: too long."""
    return _answer(_header(head), [Fault(code, FILE_REASONS[code])], "AR")


def _read(incoming: Incoming) -> tuple[Read, Fault | None]:
    try:
        found = read(incoming)
    except LabFileRefused as refused:
        return Read(), Fault(refused.code, refused.reason)
    return found, None


def _said_before(found: Read, by: Principal) -> bytes | None:
    """What the same message was answered, when only its frame or its time differs."""
    if len(found.messages) != 1 or found.refused or by.organisation is None:
        return None
    message = found.messages[0]
    before = message_before(by.organisation, message) if message.id else None
    if before is None or before.digest != content_of(message):
        return None
    return before.delivery.answer.encode() or None


def _header(data: bytes) -> Segment | None:
    try:
        messages = split(data).messages
    except LabFileRefused:
        return None
    return messages[0].header if messages else None


def _sender(header: Segment) -> str:
    return f"{header.get(3)}|{header.get(4)}"


def _fault(refusal: Refusal) -> Fault:
    text = ROW_REASONS.get(refusal.code) or FILE_REASONS.get(refusal.code)
    if text is None:
        with override("en"):
            text = import_words.row_reason(refusal.code)
    return Fault(refusal.code, f"{text} [{refusal.row}] {refusal.tube}".strip())


def _answer(header: Segment | None, faults: list[Fault], code: str) -> bytes:
    return acknowledge(header, faults, now=now(), id=uuid7().hex[:20], code=code).encode()
