"""Inviting people to a session in the published order: due, wished, families together, by slots."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, Max, OuterRef
from django.utils.translation import gettext as _

from lachan.core import audit, facts
from lachan.core.clock import OFFSET, day_of, now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.notices.services import approve, draft_many
from lachan.people.models import HouseholdMember, Person
from lachan.people.selectors import cards_of
from lachan.places.selectors import place_label, unit_name
from lachan.rulebook.selectors import priority_rule, regime_at, vaccination_rule
from lachan.vaccination import asking
from lachan.vaccination.arrays import Given
from lachan.vaccination.arrays import Person as Asked
from lachan.vaccination.draws import in_order
from lachan.vaccination.invitation_slots import Plan, plan, seat
from lachan.vaccination.models import Dose, Invitation, Registration, Session
from lachan.vaccination.selectors import standing

FACT = "vaccination.invited"

#: The hour, in local time, at which the second half of a day begins.
NOON = 12


@dataclass(frozen=True, slots=True)
class Invited:
    """What came of an invitation round: `without` found no room, `not_due` are not due yet."""

    people: int
    without: int
    not_due: int
    slots: Plan


def slots_of(session: Session, pace: float) -> Plan:
    """The slots of a session at this pace, by the rule in force for its day."""
    rule = vaccination_rule(session.disease, session.starts_at, province=session.province)
    return plan(
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        pace=pace,
        wait_minutes=rule.reception_minutes,
        after_minutes=rule.reception_minutes,
    )


def waiting(session: Session) -> list[Registration]:
    """Who waits in the commune of a session, in order, and was not asked to it before; whoever had
    a dose waits for the next one."""
    rows = (
        Registration.objects.filter(
            commune=session.commune,
            disease=session.disease,
            campaign=regime_at(now()),
            state__in=[Registration.State.REGISTERED, Registration.State.VACCINATED],
        )
        .exclude(invitations__session=session)
        .select_related("person")
    )
    rule = priority_rule(session.disease, now(), province=session.province)
    return in_order(list(rows), rule)


def due(rows: Sequence[Registration], session: Session) -> list[Registration]:
    """Those to whom the schedule allows one of the session's vaccines at its beginning."""
    people = [row.person_id for row in rows]
    cards = cards_of(people)
    doses: dict[UUID, list[Dose]] = defaultdict(list)
    for dose in standing().filter(person__in=people).order_by("given_at", "id"):
        doses[dose.person_id].append(dose)
    schedule = asking.tables(session.disease, session.starts_at, province=session.province)
    day = day_of(session.starts_at)
    known: dict[object, bool] = {}
    found = []
    for row in rows:
        card = cards.get(row.person_id)
        if card is None or card.erased:
            continue
        asked = Asked(asking.born_on(card.birth) or asking.UNKNOWN_BIRTH, card.sex, {})
        given = asking.as_given(doses[row.person_id])
        same = (card.birth, card.sex) if not given else row.id
        if same not in known:
            known[same] = any(
                asking.answer(schedule, asked, given, Given(day, product)).outcome == "due"
                for product in session.products
            )
        if known[same]:
            found.append(row)
    return found


def families(rows: Sequence[Registration], session: Session) -> list[list[Registration]]:
    """Households of a list kept together, each at the place of its first; who wished for another
    half-day comes to another session."""
    half = _half_of(session.starts_at)
    able = [row for row in rows if not row.wishes or half in row.wishes]
    people = [row.person_id for row in able]
    homes = dict(
        HouseholdMember.objects.filter(person__in=people, until=None).values_list(
            "person", "household"
        )
    )
    together: dict[UUID, list[Registration]] = {}
    for row in able:
        together.setdefault(homes.get(row.person_id, row.id), []).append(row)
    return list(together.values())


def _half_of(at: datetime) -> str:
    local = at.astimezone(OFFSET)
    return f"{local.date().isoformat()} {'am' if local.hour < NOON else 'pm'}"


def invite(*, session: Session, most: int, pace: float, by: Principal, site: str = "") -> Invited:
    """Invite the first `most` people of the order that are due, by slots, families together.

    `pace`: people an hour through the narrowest step of the site, as measured; `site`: the address
    that messages name.  Refused: session_over, pace_missing, session_elsewhere, nobody_waits.
    """
    _open_or_refuse(session, by)
    if pace <= 0:
        raise Refused("pace_missing", _("Say how many people an hour the site takes."))
    in_line = waiting(session)
    ready = due(in_line, session)
    groups = _first(families(ready, session), most)
    slots = slots_of(session, pace)
    seats = seat(_left(slots, session), [len(group) for group in groups])
    rule = vaccination_rule(session.disease, session.starts_at, province=session.province)
    number = _last_number(session)
    made: list[Invitation] = []
    for group, at in zip(groups, seats, strict=True):
        if at is None:
            continue
        for place, row in enumerate(group):
            begins = slots.starts[min(at + place // slots.size, len(slots.starts) - 1)]
            number += 1
            made.append(_invitation(session, row, number, begins, rule.reception_minutes, by))
    if not made:
        raise Refused("nobody_waits", _("Nobody who is due waits for this session."))
    _keep(made, session, site, by)
    asked = sum(len(group) for group in groups)
    return Invited(len(made), asked - len(made), len(in_line) - len(ready), slots)


def _left(slots: Plan, session: Session) -> Plan:
    """The slots that nobody was invited to before: a second round goes on behind the first."""
    last = session.invitations.filter(kind=Invitation.Kind.SLOT).aggregate(at=Max("screening_at"))
    begun = last["at"]
    if begun is None:
        return slots
    return Plan(slots.minutes, slots.size, tuple(at for at in slots.starts if at > begun))


def _first(groups: list[list[Registration]], most: int) -> list[list[Registration]]:
    chosen: list[list[Registration]] = []
    room = most
    for group in groups:
        if room <= 0:
            break
        chosen.append(group)
        room -= len(group)
    return chosen


def _last_number(session: Session) -> int:
    found = session.invitations.aggregate(last=Max("number"))["last"]
    return int(found or 0)


def _invitation(
    session: Session,
    row: Registration,
    number: int,
    screening: datetime,
    wait_minutes: int,
    by: Principal,
) -> Invitation:
    return Invitation(
        id=uuid7(),
        session=session,
        registration=row,
        person_id=row.person_id,
        number=number,
        screening_at=screening,
        injection_at=screening + timedelta(minutes=wait_minutes),
        made_at=now(),
        made_by=by.account,
        organisation=session.organisation,
        commune=row.commune,
        province=row.province,
    )


def _keep(made: list[Invitation], session: Session, site: str, by: Principal) -> None:
    Invitation.objects.bulk_create(made, batch_size=500)
    set_state([each.registration_id for each in made], Registration.State.INVITED)
    people = Person.objects.in_bulk([each.person_id for each in made])
    where = place_label(session.place_id) if session.place_id else unit_name(session.commune)
    where = f"{session.name}, {where}"
    drafts = draft_many(
        kind="appointment",
        drafts=[
            (people[each.person_id], _values(each, where, site), each.id)
            for each in made
            if each.person_id in people
        ],
        by=by,
    )
    if drafts:
        approve(notices=[notice.id for notice in drafts], by=by)
    audit.record(
        "vaccination.invited",
        target=("session", session.id),
        by=by,
        detail={"people": len(made)},
    )
    facts.ring(FACT)


def _values(each: Invitation, where: str, site: str) -> dict[str, str]:
    return {
        "reference": each.registration.receipt,
        "at": each.screening_at.isoformat(),
        "where": where,
        "link": f"{site}/my-vaccination/" if site else "",
    }


def set_state(rows: Iterable[UUID], state: str) -> None:
    """Move registrations to a state."""
    Registration.objects.filter(pk__in=list(rows)).update(state=state, changed_at=now())


def stand_again(rows: Iterable[UUID]) -> None:
    """Back into the line: at the first place, and whoever had a dose waits for the next one."""
    ids = list(rows)
    set_state(ids, Registration.State.REGISTERED)
    dosed = standing().filter(person=OuterRef("person"), disease=OuterRef("disease"))
    had = Registration.objects.filter(pk__in=ids).filter(Exists(dosed))
    set_state(list(had.values_list("id", flat=True)), Registration.State.VACCINATED)


def answer(invitation: Invitation, said: str, *, by: Principal) -> None:
    """Yes, no or later.  No and later give the place to the next; later keeps the place in line.

    Refused: answer_unreadable, invitation_over.
    """
    if said not in {Invitation.Answer.YES, Invitation.Answer.NO, Invitation.Answer.LATER}:
        raise Refused("answer_unreadable", _("Answer yes, no or later."))
    if invitation.came_at is not None or invitation.session.state == Session.State.CLOSED:
        raise Refused("invitation_over", _("This appointment is over. Ask the health station."))
    invitation.answer, invitation.answered_at = said, now()
    invitation.save(update_fields=["answer", "answered_at"])
    if said == Invitation.Answer.YES:
        set_state([invitation.registration_id], Registration.State.INVITED)
    else:
        stand_again([invitation.registration_id])
    audit.record(
        "vaccination.invitation_answered",
        target=("invitation", invitation.id),
        by=by,
        detail={"answer": said},
    )
    facts.ring("vaccination.registered")


def came(*, session: Session, registration: UUID) -> bool:
    """Somebody invited stands at the site: whether he was asked to this session."""
    rows = Invitation.objects.filter(session=session, registration=registration, came_at=None)
    return bool(rows.update(came_at=now()))


def spare_call(
    *, session: Session, registration: Registration, said: str, by: Principal
) -> Invitation:
    """Keep what came of a call at the end of the day, for a dose of a vial that is open.

    Refused: answer_unreadable, session_over, session_elsewhere, invited_already.
    """
    _open_or_refuse(session, by)
    known = {Invitation.Answer.YES, Invitation.Answer.NO, Invitation.Answer.UNREACHED}
    if said not in known:
        raise Refused("answer_unreadable", _("Say whether the person comes."))
    if session.invitations.filter(registration=registration).exists():
        raise Refused("invited_already", _("This person was asked to this session already."))
    at = now()
    row = Invitation(
        id=uuid7(),
        session=session,
        registration=registration,
        person_id=registration.person_id,
        kind=Invitation.Kind.SPARE,
        number=_last_number(session) + 1,
        screening_at=at,
        injection_at=at,
        answer=said,
        answered_at=at,
        made_at=at,
        made_by=by.account,
        organisation=session.organisation,
        commune=registration.commune,
        province=registration.province,
    )
    row.save(force_insert=True)
    if said == Invitation.Answer.YES:
        set_state([registration.id], Registration.State.INVITED)
    audit.record("vaccination.spare_call", target=("invitation", row.id), by=by)
    facts.ring(FACT)
    return row


def _open_or_refuse(session: Session, by: Principal) -> None:
    if session.state in {Session.State.CLOSED, Session.State.STOPPED}:
        raise Refused("session_over", _("This session is over or was stopped."))
    if by.commune != session.commune and by.province != session.province:
        raise Refused("session_elsewhere", _("This session is not in your area."), status=403)
