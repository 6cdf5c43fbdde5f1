"""Reading reactions, the clocks of severe events and the counts of lots, in the running scope."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, QuerySet

from lachan.core.clock import now
from lachan.rulebook.selectors import reaction_rule
from lachan.vaccination.lot_spelling import counts_by_lot, lot_meant
from lachan.vaccination.models import AefiPaper, AefiStep, Dose, Lot, Reaction, Session
from lachan.vaccination.signals import LotCount, LotSignal, signals

#: Rows of a board; older ones are found by their person.
AT_MOST = 200

#: What counts against a lot: a usual reaction does not.
EVENTS = (Reaction.Severity.AEFI, Reaction.Severity.SEVERE)


def reaction_of(reaction: UUID) -> Reaction | None:
    """One reaction that this scope sees."""
    rows = Reaction.objects.filter(pk=reaction)
    return rows.select_related("dose", "lot", "dose__session").first()


def urgent() -> list[Reaction]:
    """Danger signs that nobody has answered, the first due first."""
    rows = Reaction.objects.filter(due_at__isnull=False, handled_at=None)
    return list(rows.select_related("lot").order_by("due_at")[:AT_MOST])


def to_judge() -> list[Reaction]:
    """Reports with a sign that nobody has judged, the oldest first."""
    rows = Reaction.objects.filter(severity="").exclude(signs=[])
    return list(rows.select_related("lot").order_by("reported_at")[:AT_MOST])


def of_severity(severity: str) -> list[Reaction]:
    """Judged reactions, the newest first."""
    rows = Reaction.objects.filter(severity=severity).select_related("lot")
    return list(rows.order_by("-reported_at")[:AT_MOST])


def reactions_of(person: UUID) -> list[Reaction]:
    """What was reported of somebody, the newest first."""
    return list(
        Reaction.objects.filter(person=person).select_related("lot").order_by("-reported_at")
    )


@dataclass(frozen=True, slots=True)
class Clock:
    """A step with how it stands: `done`, `late`, `soon` (coloured before it is due), `now`, or
    `later` (its clock has not begun)."""

    step: AefiStep
    state: str
    left: timedelta | None


_ORDER = [kind.value for kind in AefiStep.Kind]


def clocks_of(row: Reaction) -> list[Clock]:
    """The steps of a severe event in their order."""
    steps = AefiStep.objects.filter(reaction=row)
    if not steps:
        return []
    rule = reaction_rule(row.disease, now(), province=row.given_province)
    warn = timedelta(hours=rule.warn_hours)
    found = [clock(step, now(), warn) for step in steps]
    return sorted(found, key=lambda each: _ORDER.index(each.step.kind))


def clock(step: AefiStep, at: datetime, warn: timedelta) -> Clock:
    """How one step stands at a moment."""
    if step.done_at is not None:
        return Clock(step, "done", None)
    if step.due_at is None:
        return Clock(step, "later", None)
    left = step.due_at - at
    if left < timedelta(0):
        return Clock(step, "late", left)
    return Clock(step, "soon" if left <= warn else "now", left)


def step_of(step: UUID) -> AefiStep | None:
    """One step that this scope sees."""
    return AefiStep.objects.filter(pk=step).select_related("reaction").first()


def papers_of(row: Reaction) -> list[tuple[str, AefiPaper | None]]:
    """What the compensation file needs, and what of it is there."""
    rule = reaction_rule(row.disease, now(), province=row.given_province)
    there = {paper.code: paper for paper in AefiPaper.objects.filter(reaction=row)}
    return [(code, there.get(code)) for code in rule.papers]


def recent_doses(organisation: UUID | None) -> QuerySet[Dose]:
    """Doses of the own facility of the last day: who may stand in the room with a reaction."""
    rows = Dose.objects.filter(
        organisation=organisation,
        reverses=None,
        reversed_by=None,
        given_at__gt=now() - timedelta(days=1),
    )
    return rows.select_related("lot").order_by("-given_at")


def session_of(row: Reaction) -> Session | None:
    """The session at which the dose was given."""
    return Session.objects.filter(pk=row.session).first() if row.session else None


def signals_of(disease: str, province: int | None) -> dict[str, list[LotSignal]]:
    """product -> its lots with doses in this scope, the most conspicuous first."""
    rule = reaction_rule(disease, now(), province=province)
    doses = (
        Dose.objects.filter(disease=disease, lot__isnull=False, reverses=None, reversed_by=None)
        .values_list("lot")
        .annotate(n=Count("id"))
    )
    events = (
        Reaction.objects.filter(disease=disease, lot__isnull=False, severity__in=EVENTS)
        .filter(dose__reversed_by=None)
        .values_list("lot")
        .annotate(n=Count("dose", distinct=True))
    )
    met, given = Counter(dict(events)), Counter(dict(doses))
    given.update(counts_by_lot(disease))
    met.update(_events_by_spelling(disease))
    lots = Lot.objects.in_bulk(list(given))
    by_product: dict[str, dict[Lot, LotCount]] = {}
    for lot, number in given.items():
        counts = by_product.setdefault(lots[lot].product, {})
        counts[lots[lot]] = LotCount(number, met[lot])
    return {product: signals(counts, rule) for product, counts in sorted(by_product.items())}


def _events_by_spelling(disease: str) -> Counter[UUID]:
    """Lot -> events of doses that have it by its spelling only."""
    rows = Reaction.objects.filter(
        disease=disease, lot=None, severity__in=EVENTS, dose__reversed_by=None
    ).exclude(dose__lot_text="")
    found: Counter[UUID] = Counter()
    for product, text, province, n in rows.values_list(
        "product", "dose__lot_text", "dose__province"
    ).annotate(n=Count("dose", distinct=True)):
        if lot := lot_meant(product, text, province):
            found[lot.id] += n
    return found
