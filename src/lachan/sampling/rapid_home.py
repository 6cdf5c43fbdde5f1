"""Self-tests at home: reported with a photograph, answered by the station, never a result."""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.core.sealing import open_sealed, seal
from lachan.formats.jpeg import NotAPhoto, bare_jpeg
from lachan.people.models import Person
from lachan.rulebook.selectors import rapid_rule
from lachan.sampling import requesting
from lachan.sampling.models import Method, Reason, Result, SampleRequest, SelfTest

#: Bytes of a photograph; the page makes it smaller before it is sent.
MOST_BYTES = 3_000_000

#: A test reported later than this says nothing of today.
OLDEST = timedelta(hours=48)

#: How far a phone's clock may run ahead.
AHEAD = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody says of a test done at home; `photo` is a JPEG as it was sent, or None."""

    id: UUID
    disease: str
    claimed: str
    done_at: datetime
    kit: str = ""
    photo: bytes | None = None


def report(*, person: UUID, told: Told, by: Principal) -> SelfTest:
    """Keep what was told; the same again changes nothing.

    Refused: no_rapid_test, self_test_when, photo_needed, photo_too_big, photo_unreadable,
    different_content.
    """
    who = Person.objects.get(pk=person)
    known = SelfTest.objects.filter(pk=told.id).first()
    if known is not None:
        return _same(known, person, told)
    _refuse_without_rule(told.disease, who.province)
    at = now()
    if not at - OLDEST <= told.done_at <= at + AHEAD:
        raise Refused("self_test_when", _("Report a test within 48 hours of doing it."))
    row = SelfTest(
        id=told.id,
        person=who,
        disease=told.disease,
        claimed=Result.Outcome(told.claimed),
        kit=told.kit.strip()[:80],
        done_at=told.done_at,
        photo=seal(person, {"jpeg": base64.b64encode(_photo(told.photo)).decode()}),
        reported_at=at,
        reported_by=by.account,
        commune=who.commune,
        province=who.province,
    )
    row.save(force_insert=True)
    audit.record("self_test.reported", target=("self_test", row.id), by=by)
    return row


def _same(known: SelfTest, person: UUID, told: Told) -> SelfTest:
    if (known.person_id, known.claimed) != (person, told.claimed):
        raise Refused(
            "different_content", _("This report was sent before with another answer."), status=409
        )
    return known


def _refuse_without_rule(disease: str, province: int) -> None:
    try:
        rapid_rule(disease, now(), province=province)
    except Refused:
        raise Refused(
            "no_rapid_test", _("The rulebook knows no rapid test for this disease.")
        ) from None


def _photo(sent: bytes | None) -> bytes:
    """The picture alone: whole, and without place, time and device."""
    if not sent:
        raise Refused(
            "photo_needed", _("Take a photo of the cassette, so that the station sees it.")
        )
    if len(sent) > MOST_BYTES:
        raise Refused("photo_too_big", _("The photo is too large. Take it again from nearer."))
    try:
        return bare_jpeg(sent)
    except NotAPhoto:
        raise Refused(
            "photo_unreadable", _("This is no whole JPEG photo. Take it again with the camera.")
        ) from None


def photo_of(row: SelfTest) -> bytes:
    """The picture of a report, opened.  Its look is recorded by whoever shows it."""
    assert row.photo is not None
    opened: str = open_sealed(row.person_id, bytes(row.photo))["jpeg"]
    return base64.b64decode(opened)


def answer(*, row: SelfTest, answer: str, note: str = "", by: Principal) -> SelfTest:
    """The station has looked: what it sees is confirmed, the person is to come, or neither.

    A confirmed positive asks for a sample as the rule has it; so does "come".  Neither is a result:
    nobody saw whose swab it was.  Refused: self_test_answered, reason_needed.
    """
    locked = SelfTest.objects.select_for_update().get(pk=row.pk)
    if locked.answer:
        raise Refused("self_test_answered", _("This report was answered already."), status=409)
    if answer == SelfTest.Answer.DISMISSED and not note.strip():
        raise Refused("reason_needed", _("Say why this report does not count."))
    locked.answer, locked.note = SelfTest.Answer(answer), note.strip()[:200]
    locked.answered_at, locked.answered_by = now(), by.account
    locked.save(update_fields=["answer", "note", "answered_at", "answered_by"])
    audit.record(
        "self_test.answered", target=("self_test", row.id), by=by, detail={"answer": answer}
    )
    positive = locked.claimed == Result.Outcome.POSITIVE
    if answer == SelfTest.Answer.COME or (answer == SelfTest.Answer.CONFIRMED and positive):
        _ask(locked, answer, by)
    return locked


def _ask(row: SelfTest, answer: str, by: Principal) -> None:
    rule = rapid_rule(row.disease, now(), province=row.province)
    confirmed = answer == SelfTest.Answer.CONFIRMED
    # Where a rapid positive is a case, one under the eyes of the station makes it.
    pcr = confirmed and rule.means(Reason.REQUEST) == "confirm_pcr"
    sources = SampleRequest.Source
    requesting.request_samples(
        [
            requesting.Wanted(
                person=row.person_id,
                disease=row.disease,
                reason=Reason.REQUEST,
                source=sources.RAPID_POSITIVE if confirmed else sources.HAND,
                source_id=row.id,
                method=Method.PCR if pcr else Method.RAPID,
                single=True,
                due_at=now() + timedelta(hours=rule.confirm_hours),
            )
        ],
        by=by,
    )
