"""Writing of rapid tests: kits, cassettes, two readings, the result, a repeat, and what follows."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lachan.core import audit
from lachan.core.clock import now, today
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.formats.gs1 import looks_like_gs1, read_gs1
from lachan.people.models import Person
from lachan.people.selectors import household_of
from lachan.rulebook.selectors import RapidRule, rapid_rule
from lachan.sampling import rapid_reading, requesting, services
from lachan.sampling.models import (
    Approval,
    KitLot,
    KitReceipt,
    Method,
    RapidReading,
    RapidTest,
    Result,
    Sample,
    SampleRequest,
    Tube,
)

#: Signs of a number made here: none that is mistaken for another on a label.
SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

#: Kits in one receipt at most; more is a slip of the finger.
MOST_KITS = 100_000


@dataclass(frozen=True, slots=True)
class Box:
    """What the code on a box of kits says."""

    gtin: str
    lot: str
    expires: date


@dataclass(frozen=True, slots=True)
class Kit:
    """What a unit types of a lot once; the minutes are those of the kit's instructions, None where
    the rule's hold."""

    name: str
    quantity: int
    read_minutes: int | None = None
    read_before_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Swabbed:
    """One person whose swab is in a cassette."""

    person: UUID
    reason: str
    onset: date | None = None
    round: int | None = None


def read_box(text: str) -> Box:
    """Lot and expiry from the GS1 code of a box.  Refused: kit_unreadable."""
    code = text.strip()
    found = read_gs1(code, this_year=today().year) if looks_like_gs1(code) else None
    fields = found.fields if found else {}
    if not fields.get("batch") or not fields.get("expires"):
        raise Refused(
            "kit_unreadable",
            _("This code names no lot and expiry. Scan the square code on the box of kits."),
        )
    return Box(fields.get("gtin", ""), fields["batch"], date.fromisoformat(fields["expires"]))


def receive_kits(*, box: Box, kit: Kit, by: Principal) -> KitReceipt:
    """Kits came in; the first receipt of a lot says what it is.

    Refused: no_unit, kit_expired, kit_quantity, kit_name, kit_differs.
    """
    if by.organisation is None:
        raise Refused("no_unit", _("Sign in for the unit that takes the samples."))
    _refuse_expired(box.expires, box.lot)
    if not 1 <= kit.quantity <= MOST_KITS:
        raise Refused("kit_quantity", _("Type how many tests came in."))
    lot = rapid_reading.lot_known(by.organisation, box.gtin, box.lot) or _new_lot(box, kit, by)
    if lot.expires != box.expires:
        raise Refused(
            "kit_differs", _("This lot was received with another expiry. Look at the box again.")
        )
    receipt = KitReceipt(
        lot=lot, organisation=by.organisation, quantity=kit.quantity, at=now(), by=by.account
    )
    receipt.save(force_insert=True)
    audit.record(
        "kits.received", target=("kit_lot", lot.id), by=by, detail={"quantity": kit.quantity}
    )
    return receipt


def _new_lot(box: Box, kit: Kit, by: Principal) -> KitLot:
    assert by.organisation is not None
    if not kit.name.strip():
        raise Refused("kit_name", _("Type the name of the kit as it stands on the box."))
    lot = KitLot(
        organisation=by.organisation,
        gtin=box.gtin,
        lot=box.lot,
        name=kit.name.strip()[:80],
        expires=box.expires,
        read_minutes=kit.read_minutes,
        read_before_minutes=kit.read_before_minutes,
        made_at=now(),
        made_by=by.account,
    )
    lot.save(force_insert=True)
    return lot


def lot_of_scan(text: str, *, by: Principal) -> KitLot:
    """The lot of a scanned box, fit for use.  Refused: kit_unreadable, kit_expired, kit_unknown."""
    box = read_box(text)
    _refuse_expired(box.expires, box.lot)
    lot = rapid_reading.lot_known(by.organisation, box.gtin, box.lot)
    if lot is None:
        raise Refused(
            "kit_unknown",
            _("Lot %(lot)s was not received here yet. Receive it, then scan it.")
            % {"lot": box.lot},
        )
    return lot


def _refuse_expired(expires: date, lot: str) -> None:
    if expires < today():
        raise Refused(
            "kit_expired",
            _("Lot %(lot)s expired on %(day)s. Take another box.")
            % {"lot": lot, "day": expires.strftime("%d/%m/%Y")},
        )


def new_number() -> str:
    """A number for a cassette without a printed label; 40 bits, so that none comes twice."""
    return "T" + "".join(secrets.choice(SIGNS) for _ in range(8))


def begin(
    *,
    barcode: str,
    people: Sequence[Swabbed],
    lot: KitLot,
    table: str,
    disease: str,
    by: Principal,
    repeats: RapidTest | None = None,
) -> RapidTest:
    """The drops are on the cassette: the time runs.  More than one person: a household's pool.

    Refused: no_unit, no_barcode, no_rapid_test, nobody_to_test, household_full, not_one_household,
    kit_expired, cassette_used, tube_elsewhere.
    """
    if by.organisation is None:
        raise Refused("no_unit", _("Sign in for the unit that takes the samples."))
    if not people:
        raise Refused("nobody_to_test", _("Scan the person first, then the cassette."))
    _refuse_expired(lot.expires, lot.lot)
    at = now()
    rule = _rule(disease, at, people[0].person)
    _refuse_crowd(people, rule)
    if Tube.objects.filter(barcode=barcode).exists():
        raise Refused("cassette_used", _("This cassette was used already. Take a new one."))
    tube = services.open_tube(
        barcode=barcode,
        limit=len(people),
        disease=disease,
        laboratory=by.organisation,
        method=Method.RAPID,
        by=by,
        at=at,
    )
    ready, last = rule.window(at, lot.read_minutes, lot.read_before_minutes)
    test = RapidTest(
        tube=tube,
        lot=lot,
        table=table[:20],
        applied_at=at,
        ready_at=ready,
        read_before=last,
        rule=UUID(rule.rule),
        repeats=repeats,
        attempt=repeats.attempt + 1 if repeats else 1,
        organisation=by.organisation,
        by=by.account,
    )
    test.save(force_insert=True)
    for one in people:
        services.add_sample(
            tube=tube,
            person=one.person,
            reason=one.reason,
            onset=one.onset,
            by=by,
            at=at,
            round=one.round,
        )
    services.close_tube(tube=tube, by=by)
    return test


def _rule(disease: str, at: datetime, person: UUID) -> RapidRule:
    province = Person.objects.values_list("province", flat=True).get(pk=person)
    try:
        return rapid_rule(disease, at, province=province)
    except Refused:
        raise Refused(
            "no_rapid_test", _("The rulebook knows no rapid test for this disease.")
        ) from None


def _refuse_crowd(people: Sequence[Swabbed], rule: RapidRule) -> None:
    if len(people) > rule.household_most:
        raise Refused(
            "household_full",
            ngettext(
                "A cassette takes %(most)d person at most.",
                "A cassette takes %(most)d people of one household at most.",
                rule.household_most,
            )
            % {"most": rule.household_most},
        )
    first, *others = [one.person for one in people]
    home = set(household_of(first)) if others else set()
    # Where the register does not know a household, the table's word counts.
    if home and not home.issuperset(others):
        raise Refused(
            "not_one_household",
            _("These people do not live in one household. Take a cassette for each."),
        )


def read_test(*, test: RapidTest, outcome: str, by: Principal) -> RapidReading:
    """Say what is on the cassette.  The second of two readers makes the result; after the window
    nothing is on it any more.

    Refused: too_early, read_by_two, same_reader, may_not_read_household, bad_reading.
    """
    if outcome not in {Result.Outcome.POSITIVE, Result.Outcome.NEGATIVE, Result.Outcome.INVALID}:
        raise Refused("bad_reading", _("Say what is on the cassette: positive, negative, invalid."))
    tube = Tube.objects.select_for_update().get(pk=test.tube_id)
    readings = rapid_reading.readings_of(test)
    _refuse_reader(test, readings, by)
    at = now()
    if at < test.ready_at:
        minutes = -(-(test.ready_at - at) // timedelta(minutes=1))
        raise Refused(
            "too_early",
            ngettext(
                "Too early: %(count)d minute to go.", "Too early: %(count)d minutes to go.", minutes
            )
            % {"count": minutes},
        )
    late = at > test.read_before
    reading = RapidReading(
        test=test,
        outcome=Result.Outcome.INVALID if late else outcome,
        late=late,
        organisation=tube.organisation,
        at=at,
        by=by.account,
    )
    reading.save(force_insert=True)
    audit.record("rapid.read", target=("tube", tube.id), by=by, detail={"late": late})
    if readings:
        _settle(test, tube, [*readings, reading], by)
    return reading


def _refuse_reader(test: RapidTest, readings: Sequence[RapidReading], by: Principal) -> None:
    if len(readings) >= rapid_reading.READERS:
        raise Refused("read_by_two", _("Two people have read this cassette already."), status=409)
    if any(reading.by == by.account for reading in readings):
        raise Refused(
            "same_reader", _("You have read this cassette. Another person reads it after you.")
        )
    household = test.tube.limit > 1
    if household and by.roles.isdisjoint(rapid_reading.rule_for(test).household_readers):
        raise Refused(
            "may_not_read_household",
            _("Your role does not read the cassette of a household. Call a colleague."),
        )


def _settle(test: RapidTest, tube: Tube, readings: Sequence[RapidReading], by: Principal) -> None:
    """Two have read: the first reader's result and approval, the second's release."""
    first, second = readings
    invalid = rapid_reading.is_invalid(readings)
    outcome = Result.Outcome.INVALID if invalid else second.outcome
    result = Result(
        tube=tube,
        outcome=outcome,
        method=Method.RAPID,
        source=Result.Source.RAPID,
        observed_at=first.at,
        laboratory=tube.organisation,
        entered_at=second.at,
        entered_by=first.by,
    )
    result.save(force_insert=True)
    Approval(result=result, tube=tube, at=first.at, by=first.by, laboratory=tube.organisation).save(
        force_insert=True
    )
    audit.record("result.entered", target=("result", result.id), by=by)
    samples = list(Sample.objects.filter(tube=tube).order_by("taken_at", "id"))
    rule = rapid_reading.rule_for(test)
    single = len(samples) == 1
    means = rule.means(samples[0].reason) if single else "confirm_pcr"
    confirms = outcome != Result.Outcome.POSITIVE or means == "case"
    services.release_result(result=result, confirms=confirms, by=by)
    if outcome == Result.Outcome.POSITIVE and not confirms:
        _ask_for_pcr(samples, tube, rule, by)
    if invalid and test.attempt > rule.repeats and not hasattr(test, "repeated_by"):
        _ask_for_pcr(samples, tube, rule, by, source=SampleRequest.Source.INVALID)


def _ask_for_pcr(
    samples: Sequence[Sample], tube: Tube, rule: RapidRule, by: Principal, *, source: str = ""
) -> None:
    """Every person of the cassette is to be sampled alone for RT-PCR, each once for this tube."""
    alone = SampleRequest.Source.RAPID_POSITIVE
    pool = SampleRequest.Source.POSITIVE_POOL
    requesting.request_samples(
        [
            requesting.Wanted(
                person=sample.person_id,
                disease=tube.disease,
                reason=sample.reason,
                source=source or (alone if len(samples) == 1 else pool),
                source_id=tube.id,
                method=Method.PCR,
                single=True,
                due_at=now() + timedelta(hours=rule.confirm_hours),
                organisation=tube.organisation,
            )
            for sample in samples
        ],
        by=by,
    )


def repeat_test(
    *, test: RapidTest, barcode: str, lot: KitLot, table: str, by: Principal
) -> RapidTest:
    """A new cassette for the same people at once; it is the same round of sampling.

    A cassette nobody read in time is thereby said to be invalid.
    Refused: not_invalid, repeated_already, no_more_repeats, and what `begin` refuses.
    """
    Tube.objects.select_for_update().get(pk=test.tube_id)
    readings = rapid_reading.readings_of(test)
    at = now()
    if not rapid_reading.is_dead(test, readings, at):
        raise Refused("not_invalid", _("This cassette is not invalid. Read it."))
    if RapidTest.objects.filter(repeats=test).exists():
        raise Refused("repeated_already", _("This test was repeated already."), status=409)
    if test.attempt > rapid_reading.rule_for(test).repeats:
        raise Refused(
            "no_more_repeats", _("No repeat is left for this person. Take a sample for RT-PCR.")
        )
    samples = list(Sample.objects.filter(tube=test.tube_id).order_by("taken_at", "id"))
    people = [Swabbed(one.person_id, one.reason, one.onset, one.round) for one in samples]
    fresh = begin(
        barcode=barcode,
        people=people,
        lot=lot,
        table=table,
        disease=test.tube.disease,
        by=by,
        repeats=test,
    )
    mine = any(reading.by == by.account for reading in readings)
    if not rapid_reading.is_invalid(readings) and not mine:
        read_test(test=test, outcome=Result.Outcome.INVALID, by=by)
    return fresh
