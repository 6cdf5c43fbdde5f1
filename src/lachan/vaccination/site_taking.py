"""The worker's side of the site: what was sent becomes visits, doses, reversals and tasks.

Every time all events of a person at a session are read and the visit follows from them.  Doses are
entered and taken back by the ledger's own services: nothing is ever overwritten.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import connections
from django.utils.translation import gettext as _
from django.utils.translation import override

from lachan.core import audit
from lachan.core.blindindex import index_version
from lachan.core.carried import Enrolled
from lachan.core.clock import day_of, now
from lachan.core.facts import ring
from lachan.core.refusals import Refused
from lachan.core.scope import SYSTEM_ACCOUNT, Principal, system_scope
from lachan.core.sealing import keys_in_hand, open_loose, open_many, seal, seal_loose
from lachan.people.models import Person
from lachan.rulebook import selectors as rulebook
from lachan.rulebook.selectors import Decision
from lachan.vaccination import asking, services
from lachan.vaccination.arrays import Given
from lachan.vaccination.line_numbers import number_in_line
from lachan.vaccination.models import Dose, Lot, Session, SiteEvent, SiteVisit
from lachan.vaccination.selectors import doses_of
from lachan.vaccination.services import Injection
from lachan.vaccination.site_fields import note_missing
from lachan.vaccination.site_people import document_of, whose
from lachan.vaccination.site_sending import Event
from lachan.vaccination.site_settling import Contents, Told, contents_of, flags_of

#: Events whose person is looked for at one bell, or rows sealed anew in one transaction.
BATCH = 500
#: Of those, so many in one transaction: as long as it lasts it holds the tracing index back.
TOGETHER = 50

FACT = "vaccination.sent"

_log = logging.getLogger(__name__)

#: Events whose card somebody has meanwhile; two persons are nobody.
_MATCHED = """
select s.id from vaccination_sent s
    join people_blindindex b on b.kind = 'document' and b.hmac = s.document
    join people_person p on p.id = b.person_id and p.erased_at is null
where s.document is not null and s.person is null
group by s.id having count(distinct b.person_id) = 1
limit %s
"""


def take_sent() -> int:
    """Work through what was sent since; how many events there were."""
    with system_scope(f"fact:{FACT}"):
        rows = list(SiteEvent.objects.filter(settled_at=None).order_by("at", "id")[:BATCH])
    return _take(rows)


def take_waiting() -> int:
    """The same for events whose person was entered since."""
    with system_scope(f"fact:{FACT}"), connections["default"].cursor() as cursor:
        cursor.execute(_MATCHED, [BATCH])
        ids = [row[0] for row in cursor.fetchall()]
        rows = list(SiteEvent.objects.filter(id__in=ids).order_by("at", "id"))
    return _take(rows)


def _take(rows: Sequence[SiteEvent]) -> int:
    groups: dict[tuple[UUID, UUID], list[SiteEvent]] = {}
    strangers: dict[tuple[UUID, bytes], None] = {}
    parts = [rows[start : start + TOGETHER] for start in range(0, len(rows), TOGETHER)]
    found = [row for part in parts for row in _found(part)]
    for row in found:
        if row.person is not None and not row.refused:
            groups.setdefault((row.session, row.person), []).append(row)
        elif row.document is not None:
            strangers[(row.session, bytes(row.document))] = None
    for (session, person), events in groups.items():
        _settled(session, person, events)
    for session, document in strangers:
        _placed(session, document)
    return len(found)


def _placed(session: UUID, document: bytes) -> None:
    """Somebody whose card is nobody's yet stands in the line all the same."""
    try:
        with system_scope(f"fact:{FACT}"):
            told = _told_under(session, document)
            number_in_line(contents_of(told), Session.objects.get(pk=session), person=None)
    except Exception:
        _log.exception("A number of the line could not be worked through.")


def _found(rows: Sequence[SiteEvent]) -> list[SiteEvent]:
    """The events with whose they are: all at once, or one by one where one of them fails.

    An event that failed is left out and tried again at the next bell.
    """
    if together := _tried(rows):
        return together
    with system_scope(f"fact:{FACT}"):
        # What the failed transaction wrote stands in these objects and nowhere else.
        again = [SiteEvent.objects.get(day=row.day, id=row.id) for row in rows]
    return [one for row in again for one in _tried([row])]


def _tried(rows: Sequence[SiteEvent]) -> list[SiteEvent]:
    """Find out whose they are in one transaction; none of them where that failed."""
    try:
        with system_scope(f"fact:{FACT}") as by, keys_in_hand():
            sessions = Session.objects.in_bulk({row.session for row in rows})
            for row in rows:
                _find_person(row, sessions.get(row.session), by)
    # An accident, not a refusal: whatever it is, the next event is another one.
    except Exception:
        _log.exception("What a site sent could not be read.")
        return []
    return list(rows)


def _settled(session: UUID, person: UUID, rows: Sequence[SiteEvent]) -> None:
    try:
        with system_scope(f"fact:{FACT}") as by, keys_in_hand():
            settle(session, person, by)
            # The days name the partitions: none of the others is opened.
            days, ids = {row.day for row in rows}, [row.id for row in rows]
            SiteEvent.objects.filter(day__in=days, id__in=ids).update(settled_at=now())
    except Exception:
        _log.exception("What was sent about a visit could not be worked through.")


def _find_person(row: SiteEvent, session: Session | None, by: Principal) -> None:
    """Once; from then on what was told is under the person's own key."""
    if row.person is not None:
        return
    words = open_loose(row.id, bytes(row.sealed))
    if row.instead_of is not None:
        row.refused = "different_content"
    elif session is None or session.organisation != row.organisation:
        row.refused = "unknown_session"
    else:
        found = whose(words, session, by)
        row.person, row.document, row.refused = found.person, found.document, found.refused
    if row.person is not None:
        row.document, row.sealed = None, seal(row.person, words)
    SiteEvent.objects.filter(day=row.day, id=row.id).update(
        person=row.person,
        document=row.document,
        refused=row.refused,
        sealed=row.sealed,
        settled_at=None if row.person else now(),
    )


def settle(session_id: UUID, person_id: UUID, by: Principal) -> SiteVisit:
    """Give a visit the state that follows from everything that was sent about it."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 3))", [str(person_id)])
    session = Session.objects.get(pk=session_id)
    person = Person.objects.get(pk=person_id)
    found = contents_of(_told_of(session_id, person_id))
    entered = [_enter(one, session, person, by) for one in found.injections]
    for one in found.twice:
        # Kept as an entry too: nothing that was told is dropped.
        if _entry(one.id) is None:
            _append(one.id, one, session, person, by, flag="twice")
    _take_back(found, by)
    visit = _write(found, session, person, next((one for one in entered if one), None))
    for other in (
        SiteVisit.objects.filter(person=person).exclude(dose=None).select_related("dose", "session")
    ):
        _judge_again(other, person, found if other.pk == visit.pk else None)
    note_missing(visit)
    number_in_line(found, session, person=person.id)
    audit.record("visit.settled", target=("visit", visit.id), by=by)
    ring("vaccination.visit")
    return visit


def _told_of(session: UUID, person: UUID) -> list[Told]:
    rows = list(
        SiteEvent.objects.filter(session=session, person=person, refused="").order_by("at", "id")
    )
    opened = open_many([(person, bytes(row.sealed)) for row in rows])
    return [_as_told(row, words) for row, words in zip(rows, opened, strict=True)]


def _told_under(session: UUID, document: bytes) -> list[Told]:
    """What was told under a card that is nobody's yet."""
    rows = SiteEvent.objects.filter(session=session, document=document, person=None, refused="")
    return [_as_told(row, open_loose(row.id, bytes(row.sealed))) for row in rows]


def _as_told(row: SiteEvent, words: Mapping[str, Any]) -> Told:
    return Told(
        id=row.id,
        kind=row.kind,
        at=row.at,
        device_at=row.device_at,
        table=row.table_no,
        account=row.account,
        device=row.device,
        undoes=row.undoes,
        told=words["told"],
        vouched_by=words["new"].get("vouched_by", ""),
    )


def _enter(one: Told, session: Session, person: Person, by: Principal) -> Dose | None:
    """The dose of an injection that stands, entered if it is not there yet.

    Where somebody took it back by hand it stays taken back: None.
    """
    number = one.id
    known = _entry(number)
    while known is not None and _was_ours(known):
        # It was thought to repeat another one, which was taken back since.
        number = uuid5(number, "again")
        known = _entry(number)
    if known is not None:
        return None if hasattr(known, "reversed_by") else known
    _append(number, one, session, person, by)
    return _entry(number)


def _append(
    number: UUID, one: Told, session: Session, person: Person, by: Principal, *, flag: str = ""
) -> None:
    decision = decide(person, one.told["product"], one, session)
    lot = Lot.objects.filter(product=one.told["product"], number=one.told["lot"]).first()
    outcome = "" if decision is None or decision.outcome == "due" else decision.outcome
    flags = tuple(each for each in (outcome, flag) if each)
    services.enter(
        [
            Injection(
                id=number,
                person=person.id,
                disease=session.disease,
                product=one.told["product"],
                given_at=one.at,
                lot=lot.id if lot else None,
                lot_text=one.told["lot"],
                told_number=one.told["number"],
                device_at=one.device_at,
                session=session.id,
                organisation=session.organisation,
                table=one.table,
                arm=one.told["arm"],
                agreed=one.told["agreed"],
                injected_by=one.told["by"],
                decision=as_stored(decision),
                flags=flags,
            )
        ],
        by=by,
    )


def _entry(number: UUID) -> Dose | None:
    return Dose.objects.filter(pk=number).select_related("reversed_by").first()


def _was_ours(dose: Dose) -> bool:
    back = getattr(dose, "reversed_by", None)
    return back is not None and back.entered_by == SYSTEM_ACCOUNT


def _take_back(found: Contents, by: Principal) -> None:
    """What two devices keyed, or the site itself took back, is entered and reversed."""
    with override("vi"):
        twice = _("Two devices entered the same injection.")
        undone = _("Taken back at the site.")
    for one in found.twice:
        _reverse(one.id, twice, by)
    for one in found.undone:
        _reverse(one.id, undone, by)


def _reverse(number: UUID, why: str, by: Principal) -> None:
    known = _entry(number)
    while known is not None and hasattr(known, "reversed_by"):
        number = uuid5(number, "again")
        known = _entry(number)
    if known is not None:
        services.reverse(known, why=why, by=by)


def decide(person: Person, product: str, one: Told, session: Session) -> Decision | None:
    """What the schedule says of an injection by the doses before it; None without a schedule."""
    return _decided(person, product, one.at, session, agreed=one.told["agreed"])


def _decided(
    person: Person, product: str, at: datetime, session: Session, *, agreed: bool
) -> Decision | None:
    try:
        schedule = asking.tables(session.disease, at, province=session.province)
    except Refused:
        return None
    before = [each for each in doses_of(person.id) if each.given_at < at]
    wanted = Given(day_of(at), product, agreed=agreed)
    return asking.answer(schedule, asking.of_person(person.id), asking.as_given(before), wanted)


def as_stored(decision: Decision | None) -> dict[str, object]:
    """A decision as a column keeps it."""
    if decision is None:
        return {}
    return {
        "rule": str(decision.rule),
        "version": decision.version,
        "outcome": decision.outcome,
        "values": dict(decision.values),
    }


def _write(found: Contents, session: Session, person: Person, dose: Dose | None) -> SiteVisit:
    visit = SiteVisit.objects.filter(session=session, person=person).first() or SiteVisit(
        session=session, person=person
    )
    visit.organisation = session.organisation
    visit.commune, visit.province = person.commune, person.province
    visit.step = found.step
    _write_reception(visit, found, person)
    _write_screening(visit, found)
    visit.dose, visit.injected_at = dose, dose.given_at if dose else None
    site = rulebook.vaccination_rule(session.disease, session.starts_at, province=session.province)
    visit.observed_until = site.observed_until(dose.given_at) if dose else None
    end = found.discharged
    visit.discharged_at = end.at if end else None
    visit.next_on = (end.told["next_on"] or None) if end else None
    visit.left_at = found.left.at if found.left else None
    visit.why_left = found.left.told["why"] if found.left else ""
    visit.left_how = found.left.told.get("how", "") if found.left else ""
    visit.problem = found.problem.told["reason"] if found.problem else ""
    visit.problem_at = found.problem.at if found.problem else None
    visit.flags = flags_of(found, "")
    visit.changed_at = now()
    visit.save()
    return visit


def _write_reception(visit: SiteVisit, found: Contents, person: Person) -> None:
    told = found.reception.told if found.reception else {}
    visit.received_at = found.reception.at if found.reception else None
    visit.letter, visit.number = told.get("letter", ""), told.get("number")
    visit.listed = told.get("listed")
    visit.why_walked_in = told.get("why", "")
    visit.identity = told.get("identity", "")
    visit.vouched = bool(found.vouched_by)
    words = {name: told.get(name, "") for name in ("register", "document", "by")}
    visit.sealed = seal(person.id, words | {"vouched_by": found.vouched_by})


def _write_screening(visit: SiteVisit, found: Contents) -> None:
    """As it was judged at the table, by the version that the device had."""
    one = found.screening
    told = one.told if one else {}
    visit.screened_at = one.at if one else None
    visit.measured = told.get("measured", {})
    visit.consent_at = one.at if one and told["consent"] else None
    visit.consent_version = told["version"] if one and told["consent"] else None
    visit.screening = _screened(told) if one else {}


def _screened(told: Mapping[str, Any]) -> dict[str, object]:
    """What screening came to, by the answers and the version of the rule that the device had.

    Without such a version here: what the device said.
    """
    try:
        rule = rulebook.screening_version(told["rule"])
    except (Refused, ValidationError):
        named = {name: told[name] for name in ("rule", "version", "outcome")}
        return {**named, "values": {"reasons": [], "missing": []}}
    facts = {**told["answers"], **told["measured"], "vaccine": told["vaccine"]}
    made = rule.says(rule.screen(facts, sex=told["sex"]), details=told["details"])
    return as_stored(made)


def _judge_again(visit: SiteVisit, person: Person, found: Contents | None) -> None:
    """Whether the dose of a visit was due, by every dose before it that is known now."""
    dose, session = visit.dose, visit.session
    if dose is None:
        return
    made = _decided(person, dose.product, dose.given_at, session, agreed=dose.agreed)
    outcome = made.outcome if made else ""
    found = found or contents_of(_told_of(visit.session_id, visit.person_id))
    flags = flags_of(found, outcome)
    screened = found.screening.told["outcome"] if found.screening else ""
    if screened and screened != visit.screening.get("outcome"):
        flags.append("screened_otherwise")
    if flags != visit.flags:
        visit.flags, visit.changed_at = flags, now()
        visit.save(update_fields=["flags", "changed_at"])


def rekey() -> int:
    """Seal a batch of what still waits for its person with the newest keys; how many there were."""
    kept = SiteEvent.objects.filter(person=None).exclude(key_version=index_version())
    stale = list(kept[:BATCH])
    for row in stale:
        words = open_loose(row.id, bytes(row.sealed))
        again = _as_sent(row, words)
        SiteEvent.objects.filter(day=row.day, id=row.id).update(
            sealed=seal_loose(row.id, words),
            document=document_of(words["code"]) if row.document is not None else None,
            payload_hmac=again.newest_digest(),
            key_version=index_version(),
        )
    return len(stale)


def _as_sent(row: SiteEvent, words: Mapping[str, Any]) -> Event:
    return Event(
        by=Enrolled(row.device, row.organisation, row.account, bytes(row.token_sha256)),
        id=row.instead_of or row.id,
        counter=row.counter,
        kind=row.kind,
        at=row.at,
        device_at=row.device_at,
        offset_ms=row.offset_ms,
        offline=row.offline,
        session=row.session,
        table=row.table_no,
        undoes=row.undoes,
        code=words["code"],
        new=words["new"],
        told=words["told"],
    )
