"""The worker's side of the paper: whose sheet it is, and the entry in the ledger."""

import logging
from datetime import UTC, datetime, time
from uuid import UUID, uuid5

from django.utils.translation import gettext as _
from django.utils.translation import override

from lachan.core import audit, grants
from lachan.core.clock import OFFSET, day_of, now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal, system_scope
from lachan.core.sealing import open_loose, open_sealed, seal
from lachan.formats.vietnamese import fold
from lachan.people.models import Person
from lachan.people.selectors import card_of
from lachan.people.services import Stay, register_person
from lachan.rulebook.selectors import Decision
from lachan.vaccination import asking, services, site_people
from lachan.vaccination.arrays import Given
from lachan.vaccination.backentry import FACT
from lachan.vaccination.models import Dose, Lot, PaperKeying, PaperSheet, Session, Source
from lachan.vaccination.selectors import doses_of, standing
from lachan.vaccination.services import Injection
from lachan.vaccination.site_people import SEEN
from lachan.vaccination.site_taking import as_stored

BATCH = 200
State = PaperSheet.State

_log = logging.getLogger(__name__)


def enter_ready() -> int:
    """Enter every sheet that is ready, each in a transaction of its own; how many."""
    with system_scope(f"fact:{FACT}"):
        rows = PaperSheet.objects.filter(state=State.READY).order_by("settled_at", "id")
        ids = list(rows.values_list("id", flat=True)[:BATCH])
    return sum(_tried(one) for one in ids)


def _tried(id: UUID) -> int:
    try:
        with system_scope(f"fact:{FACT}") as by:
            sheet = PaperSheet.objects.select_for_update().filter(pk=id, state=State.READY).first()
            if sheet is None:
                return 0
            enter_sheet(sheet, by)
    # An accident, not a refusal: whatever it is, the next sheet is another one.
    except Exception:
        _log.exception("A paper sheet could not be entered.")
        return 0
    return 1


def enter_sheet(sheet: PaperSheet, by: Principal) -> None:
    """Find or make the person and enter the dose; what somebody has to look at is asked."""
    told = _told(sheet)
    try:
        person = _known(sheet, told, by)
        if not sheet.injected:
            # Who nobody knows and was not injected is counted; who it was need not be kept.
            sheet.person = person
            _done(sheet, seal(person.id, told) if person else b"", by)
            return
        person = person or _made(sheet, told, by)
        dose = _dose(sheet, told, person, by)
    except Refused as refused:
        sheet.state, sheet.refused = State.ASKED, refused.code[:20]
        sheet.save(update_fields=["state", "refused"])
        return
    sheet.person, sheet.dose = person, dose
    _done(sheet, seal(person.id, told), by)


def _told(sheet: PaperSheet) -> dict[str, str]:
    blob = bytes(sheet.sealed)
    return open_sealed(sheet.person_id, blob) if sheet.person_id else open_loose(sheet.id, blob)


def _done(sheet: PaperSheet, sealed: bytes, by: Principal) -> None:
    sheet.state, sheet.refused, sheet.sealed = State.ENTERED, "", sealed
    sheet.save()
    PaperKeying.objects.filter(book=sheet.book_id, number=sheet.number).update(sealed=b"")
    audit.record("paper.entered", target=("paper_sheet", sheet.id), by=by)


def _known(sheet: PaperSheet, told: dict[str, str], by: Principal) -> Person | None:
    """The person of the number, None where nobody has it.  Refused: other_name, number_unread."""
    if not told["card"]:
        return None
    shown = site_people.whose({"new": {}, "code": told["card"]}, sheet.session, by)
    if shown.refused:
        raise Refused("number_unread", _("A personal number has 12 digits."))
    if shown.person is None:
        return None
    card = card_of(shown.person)
    if not sheet.confirmed and card is not None and fold(card.name) != fold(told["name"]):
        raise Refused("other_name", _("The register has another name under this number."))
    _let_see(sheet.session, shown.person)
    return Person.objects.get(pk=shown.person)


def _made(sheet: PaperSheet, told: dict[str, str], by: Principal) -> Person:
    """Somebody of whom only the sheet tells."""
    session = sheet.session
    made = register_person(
        full_name=told["name"],
        birth=told["birth"],
        sex=told["sex"],
        phones=[told["phone"]] if told["phone"] else [],
        documents={"cccd": told["card"]} if told["card"] else {},
        stay=Stay(session.commune, session.province, ""),
        by=by,
    )
    _let_see(session, made.id)
    return made


def _let_see(session: Session, person: UUID) -> None:
    until = now() + SEEN
    grants.give("person", [person], to_organisation=session.organisation, until=until)


def _dose(sheet: PaperSheet, told: dict[str, str], person: Person, by: Principal) -> Dose:
    """The entry of the sheet.  Where a device entered the same injection the sheet is entered and
    taken back: nothing is dropped, nothing counts twice."""
    session = sheet.session
    product = told["product"] or (session.products[0] if len(session.products) == 1 else "")
    if product not in session.products:
        raise Refused("product_unclear", _("The vaccine is none of this session."))
    given_at = _moment(session, told["hour"])
    number = uuid5(sheet.id, "dose")
    there = standing().filter(session=session, person=person, product=product).exclude(pk=number)
    twice = there.exists()
    lot = Lot.objects.filter(product=product, number=told["lot"]).first()
    decision = _decided(person, product, given_at, session)
    outcome = "" if decision is None or decision.outcome == "due" else decision.outcome
    (answer,) = services.enter(
        [
            Injection(
                id=number,
                person=person.id,
                disease=session.disease,
                product=product,
                given_at=given_at,
                source=Source.PAPER,
                lot=lot.id if lot else None,
                lot_text=told["lot"],
                told_number=int(told["dose_number"]) if told["dose_number"] else None,
                session=session.id,
                organisation=session.organisation,
                table=sheet.table_no,
                arm=told["arm"],
                document=f"{sheet.book.prefix}{sheet.number:04d}",
                injected_by=told["by"],
                decision=as_stored(decision),
                flags=tuple(one for one in (outcome, "twice" if twice else "") if one),
            )
        ],
        by=by,
    )
    if answer.outcome == "refused":
        raise Refused(answer.code, answer.message)
    dose = Dose.objects.get(pk=number)
    if twice and not hasattr(dose, "reversed_by"):
        with override("vi"):
            why = _("A device and a paper sheet entered the same injection.")
        services.reverse(dose, why=why, by=by)
    return dose


def _moment(session: Session, hour: str) -> datetime:
    """The hour of the sheet, on the session's day."""
    day = day_of(session.starts_at)
    found = datetime.combine(day, time.fromisoformat(hour), OFFSET)
    return found.astimezone(UTC)


def _decided(person: Person, product: str, at: datetime, session: Session) -> Decision | None:
    try:
        schedule = asking.tables(session.disease, at, province=session.province)
    except Refused:
        return None
    before = [each for each in doses_of(person.id) if each.given_at < at]
    wanted = Given(day_of(at), product)
    return asking.answer(schedule, asking.of_person(person.id), asking.as_given(before), wanted)
