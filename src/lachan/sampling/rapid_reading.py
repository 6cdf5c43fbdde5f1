"""Reading of kits, of the board of rapid tests, and of what became of a positive one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.rulebook.selectors import RapidRule, rapid_rule, rapid_rule_version
from lachan.sampling.models import (
    KitLot,
    Method,
    RapidReading,
    RapidTest,
    Release,
    Result,
    Sample,
    SelfTest,
)

#: How far back the board looks for cassettes that somebody still has to do something with.
BOARD_HOURS = timedelta(hours=24)

#: Cassettes on the board at most; a site with more of them has stopped reading.
BOARD_LIMIT = 200

#: What a negative is asked for when a card is looked at.
GATE = "gate"

#: Two people read a cassette.
READERS = 2


@dataclass(frozen=True, slots=True)
class Card:
    """One cassette on the board.

    `state`: late (nobody read it in time), repeat (invalid, a new cassette is due), ready, second
    (another hand read it, this one has not), sign (repeated already; another hand has to sign that
    the first was invalid), ended (no repeat left), read (this hand read, another is waited for) or
    running.  `left`: time until it may be read, or until it may be read no more; `to_sign`: this
    hand may still read.  What the first reader saw is not here: the second does not know it.
    """

    test: RapidTest
    state: str
    left: timedelta
    to_sign: bool = False

    @property
    def repeatable(self) -> bool:
        """Whether a new cassette takes its place now."""
        return self.state in {"late", "repeat"}


#: The order of the board: what a hand must do now comes first.
ORDER = ("late", "repeat", "ready", "second", "sign", "ended", "read", "running")


def lots_of(organisation: UUID) -> QuerySet[KitLot]:
    """A unit's lots, those that end first at the top, with what came in and what was used."""
    received = Coalesce(Sum("receipts__quantity"), 0)
    lots = KitLot.objects.filter(organisation=organisation).annotate(received=received)
    return lots.order_by("expires", "name", "lot")


def used_of(organisation: UUID) -> dict[UUID, int]:
    """Cassettes used of each lot."""
    rows = RapidTest.objects.filter(organisation=organisation).values_list("lot")
    return dict(rows.annotate(used=Count("tube")))


def lot_known(organisation: UUID | None, gtin: str, lot: str) -> KitLot | None:
    """The unit's lot with this number, None where it was never received."""
    if organisation is None:
        return None
    return KitLot.objects.filter(organisation=organisation, gtin=gtin, lot=lot).first()


def lot_of(organisation: UUID | None, lot: UUID) -> KitLot | None:
    """One lot of this unit."""
    if organisation is None:
        return None
    return KitLot.objects.filter(pk=lot, organisation=organisation).first()


def test_of(organisation: UUID | None, tube: UUID) -> RapidTest | None:
    """One rapid test of this unit, None where it is another's."""
    if organisation is None:
        return None
    rows = RapidTest.objects.filter(pk=tube, organisation=organisation)
    return rows.select_related("tube", "lot").first()


def readings_of(test: RapidTest) -> list[RapidReading]:
    """Who read this cassette, the first first."""
    return list(RapidReading.objects.filter(test=test).order_by("at", "id"))


def is_invalid(readings: Iterable[RapidReading]) -> bool:
    """Whether the cassette says nothing: somebody saw no valid result, or two saw two things."""
    seen = {reading.outcome for reading in readings}
    return Result.Outcome.INVALID in seen or len(seen) > 1


def rule_for(test: RapidTest) -> RapidRule:
    """The rule that set this test's window."""
    return rapid_rule_version(test.rule)


def is_dead(test: RapidTest, readings: Sequence[RapidReading], at: datetime) -> bool:
    """Whether nothing can come of this cassette any more: invalid, or not read twice in time."""
    return is_invalid(readings) or (len(readings) < READERS and at > test.read_before)


def board(by: Principal, at: datetime) -> list[Card]:
    """The unit's cassettes with which something is still to be done, the most urgent first."""
    if by.organisation is None:
        return []
    unfinished = Q(read__lt=READERS)
    unrepeated = Q(tube__results__outcome="invalid", tube__results__replaced_by=None)
    tests = (
        RapidTest.objects.filter(
            organisation=by.organisation, applied_at__gte=at - BOARD_HOURS, applied_at__lte=at
        )
        .annotate(read=Count("readings", distinct=True))
        .filter(unfinished | (unrepeated & Q(repeated_by=None)))
        .select_related("tube", "lot")
        .prefetch_related("readings", "repeated_by")
        .order_by("ready_at", "tube_id")[:BOARD_LIMIT]
    )
    rules: dict[UUID, RapidRule] = {}
    cards = []
    for test in tests:
        rule = rules.get(test.rule) or rules.setdefault(test.rule, rule_for(test))
        card = card_of_test(test, rule, by, at)
        # Nothing is left to be done here: RT-PCR was asked for.
        if card.state != "ended" or len(test.readings.all()) < READERS:
            cards.append(card)
    return sorted(cards, key=lambda card: (ORDER.index(card.state), card.left))


def card_of_test(test: RapidTest, rule: RapidRule, by: Principal, at: datetime) -> Card:
    """How one cassette stands for this pair of hands."""
    readings = list(test.readings.all())
    mine = any(reading.by == by.account for reading in readings)
    to_sign = len(readings) < READERS and not mine
    if is_dead(test, readings, at):
        return Card(test, _dead(test, rule, readings, to_sign), timedelta(0), to_sign)
    if at < test.ready_at:
        return Card(test, "running", test.ready_at - at)
    left = test.read_before - at
    if not readings:
        return Card(test, "ready", left, True)
    return Card(test, "read" if mine else "second", left, to_sign)


def _dead(test: RapidTest, rule: RapidRule, readings: Sequence[RapidReading], to_sign: bool) -> str:
    # A repeat begins at once; that another hand has still to sign the invalid one stops nobody.
    if hasattr(test, "repeated_by"):
        return "sign" if to_sign else "read"
    if test.attempt > rule.repeats:
        return "ended"
    return "repeat" if is_invalid(readings) else "late"


@dataclass(frozen=True, slots=True)
class Provisional:
    """A positive rapid test that is not a case yet; `state`: waiting, confirmed or ended."""

    sample: Sample
    release: Release
    state: str
    pcr: Release | None


def provisional_positives(
    *,
    persons: Iterable[UUID] | None = None,
    results: Iterable[UUID] | None = None,
    since: datetime | None = None,
) -> list[Provisional]:
    """Positive rapid tests of one person that wait for RT-PCR, and what RT-PCR said, newest first.

    `ended`: the RT-PCR taken after it was negative; the person is positive no more.  Row security
    decides whose are there.
    """
    releases = Release.objects.filter(
        confirms=False,
        tube__method=Method.RAPID,
        tube__limit=1,
        result__outcome=Result.Outcome.POSITIVE,
        result__replaced_by=None,
        result__withdrawal=None,
    )
    if since is not None:
        releases = releases.filter(at__gte=since)
    if results is not None:
        releases = releases.filter(result__in=list(results))
    samples = Sample.objects.filter(tube__in=releases.values("tube")).select_related("tube")
    if persons is not None:
        samples = samples.filter(person__in=list(persons))
    found = list(samples.order_by("-taken_at", "-id"))
    by_tube = {
        release.tube_id: release
        for release in releases.filter(tube__in=[sample.tube_id for sample in found])
    }
    said = _pcr_after(found)
    return [
        Provisional(sample, by_tube[sample.tube_id], *_ending(said.get(sample.id)))
        for sample in found
    ]


def _ending(pcr: Release | None) -> tuple[str, Release | None]:
    if pcr is None:
        return "waiting", None
    confirmed = pcr.result.outcome == Result.Outcome.POSITIVE
    return ("confirmed" if confirmed else "ended"), pcr


def _pcr_after(samples: list[Sample]) -> dict[UUID, Release]:
    """The first clear RT-PCR of the person alone that was taken after each of these samples."""
    taken = (
        Sample.objects.filter(
            person__in={sample.person_id for sample in samples},
            tube__method=Method.PCR,
            tube__limit=1,
        )
        .select_related("tube")
        .order_by("taken_at", "id")
    )
    pcrs = list(taken)
    releases = {
        release.tube_id: release
        for release in Release.objects.filter(
            tube__in=[pcr.tube_id for pcr in pcrs],
            result__outcome__in=[Result.Outcome.POSITIVE, Result.Outcome.NEGATIVE],
            result__replaced_by=None,
            result__withdrawal=None,
        ).select_related("result")
    }
    found: dict[UUID, Release] = {}
    for sample in samples:
        for pcr in pcrs:
            same = pcr.person_id == sample.person_id and pcr.tube.disease == sample.tube.disease
            if same and pcr.taken_at >= sample.taken_at and pcr.tube_id in releases:
                found[sample.id] = releases[pcr.tube_id]
                break
    return found


def validity_of(
    outcome: str, method: str, *, disease: str, province: int, age_hours: float, at: datetime
) -> dict[str, bool]:
    """`test_valid`: whether a negative by this method, so many hours old, still counts at a gate.
    Nothing where no rule speaks of this disease."""
    try:
        rule = rapid_rule(disease, at, province=province)
    except Refused:
        return {}
    negative = outcome == Result.Outcome.NEGATIVE
    return {"test_valid": negative and rule.holds(method, GATE, age_hours)}


def self_tests(by: Principal, *, answered: bool) -> list[SelfTest]:
    """Reports of self-tests in the own commune: those that wait, the oldest first; or the answered,
    the newest first."""
    if by.commune is None:
        return []
    rows = SelfTest.objects.filter(commune=by.commune).defer("photo").select_related("person")
    if answered:
        return list(rows.exclude(answer="").order_by("-reported_at", "id")[:BOARD_LIMIT])
    return list(rows.filter(answer="").order_by("reported_at", "id")[:BOARD_LIMIT])


def self_test_of(by: Principal, report: UUID) -> SelfTest | None:
    """One report of the own commune, None where it is another's."""
    if by.commune is None:
        return None
    return SelfTest.objects.filter(pk=report, commune=by.commune).first()


def own_self_tests(person: UUID) -> list[SelfTest]:
    """What somebody reported, the newest first."""
    rows = SelfTest.objects.filter(person=person).defer("photo")
    return list(rows.order_by("-reported_at", "id")[:20])
