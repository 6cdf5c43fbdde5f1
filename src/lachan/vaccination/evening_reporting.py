"""The daily report: frozen at its hour or by a person before; what comes later is in the next one.

An entry of the dose ledger is in exactly one report of its facility: its row in the queue is marked
in the transaction that freezes the report.  A province's report sums up those of its facilities.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from lachan.core import audit, facts
from lachan.core.clock import OFFSET, day_of, now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.places.models import Organisation
from lachan.rulebook import selectors as rulebook
from lachan.vaccination import stock_reading
from lachan.vaccination.models import DayReport, Outgoing, Reaction, Session, StockLine, Store
from lachan.vaccination.stock_reading import Account, Kind

FACT = "vaccination.day_report"

#: A reaction that was told of longer ago than this is in a report that is frozen.
REACTED = timedelta(days=60)

#: Column of the stock's part in which a kind of move is counted, and its sign.
_MOVED = {
    Kind.RECEIPT: ("received", 1),
    Kind.ISSUE: ("sent", -1),
    Kind.TRANSFER: ("sent", -1),
    Kind.RETURN: ("sent", -1),
    Kind.DESTRUCTION: ("sent", -1),
    Kind.WASTE: ("wasted", -1),
}

Level = DayReport.Level
Key = tuple[str, str, int, str]


@dataclass(slots=True)
class Figures:
    """What a report says.  `rows`: (day, product, dose number, group) -> [given, taken back]."""

    rows: dict[Key, list[int]] = field(default_factory=dict)
    reactions: dict[str, int] = field(default_factory=dict)
    stock: dict[str, dict[str, int]] = field(default_factory=dict)
    reacted: list[UUID] = field(default_factory=list)

    def count(self, key: Key, given: int, back: int) -> None:
        """Add to a row."""
        row = self.rows.setdefault(key, [0, 0])
        row[0] += given
        row[1] += back

    def add(self, report: DayReport) -> None:
        """Sum up another report."""
        for day, product, number, group, given, back in report.rows:
            self.count((day, product, number, group), given, back)
        for code, count in report.reactions.items():
            self.reactions[code] = self.reactions.get(code, 0) + count
        for product, moved in report.stock.items():
            mine = self.stock.setdefault(product, {})
            for name, doses in moved.items():
                mine[name] = mine.get(name, 0) + doses

    def as_rows(self) -> list[list[Any]]:
        """The rows as a column keeps them, in order."""
        return [[*key, *self.rows[key]] for key in sorted(self.rows)]


def cut_of(day: date, province: int) -> datetime:
    """The hour at which the report of a day is frozen, by the rule in force that day."""
    noon = datetime.combine(day, time(12), OFFSET)
    hour = rulebook.vaccination_rule("*", noon, province=province).report_hour
    return datetime.combine(day, time(hour), OFFSET)


def open_day(organisation: UUID, province: int, at: datetime) -> date:
    """The day of the report into which an entry made now comes."""
    today = day_of(at)
    day = today if at < cut_of(today, province) else today + timedelta(days=1)
    own = Q(level=Level.FACILITY, organisation=organisation)
    last = (
        DayReport.objects.filter(own | Q(level=Level.PROVINCE, province=province))
        .order_by("-day")
        .values_list("day", flat=True)
        .first()
    )
    return max(day, last + timedelta(days=1)) if last else day


def open_figures(organisation: UUID, until: datetime) -> Figures:
    """What the facility's next report would say now."""
    found = Figures()
    for row in _unreported(organisation, until):
        _count(found, row)
    _react(found, organisation, until)
    _move(found, organisation, _last(organisation), until)
    return found


def freeze_facility(*, organisation: UUID, by: Principal) -> DayReport:
    """A person freezes today's report of the own facility before its hour.

    Refused: report_closed where it is frozen, report_nothing where nothing was ever entered.
    """
    at = now()
    _lock(str(organisation))
    place = place_of(organisation)
    if place is not None and open_day(organisation, place[1], at) != day_of(at):
        text = _("Today's report is frozen. What comes now stands in the next one as added.")
        raise Refused("report_closed", text, status=409)
    return freeze_at(organisation, day=day_of(at), cut_at=at, by=by)


def freeze_at(organisation: UUID, *, day: date, cut_at: datetime, by: Principal) -> DayReport:
    """Freeze a facility's report of a day with what was entered until `cut_at`.

    Refused: report_nothing.
    """
    place = place_of(organisation)
    if place is None:
        text = _("Nothing was entered for this facility yet: there is nothing to report.")
        raise Refused("report_nothing", text)
    return _freeze(organisation, place, day, cut_at, by)


def freeze_province(*, province: int, day: date, cut_at: datetime, by: Principal) -> DayReport:
    """Freeze what is open in a province up to an hour: facilities, communes, the province.

    Refused: report_closed.
    """
    _lock(f"province {province}")
    if DayReport.objects.filter(level=Level.PROVINCE, province=province, day__gte=day).exists():
        text = _("Today's report is frozen. What comes now stands in the next one as added.")
        raise Refused("report_closed", text, status=409)
    for organisation in sorted(_to_freeze(province, day, cut_at)):
        _lock(str(organisation))
        place = place_of(organisation)
        known = DayReport.objects.filter(
            level=Level.FACILITY, organisation=organisation, day__gte=day
        )
        if place is not None and not known.exists():
            _freeze(organisation, place, day, cut_at, by)
    own = list(DayReport.objects.filter(level=Level.FACILITY, province=province, day=day))
    for commune in sorted({one.commune for one in own if one.commune is not None}):
        of_commune = [one for one in own if one.commune == commune]
        _sum_up(of_commune, Level.COMMUNE, (commune, province), day, cut_at, by)
    return _sum_up(own, Level.PROVINCE, (None, province), day, cut_at, by)


def open_day_of_province(province: int, at: datetime) -> date:
    """The day of the province's report that is not frozen."""
    return open_day(UUID(int=0), province, at)


def open_by_facility(province: int) -> dict[UUID, int]:
    """Entries that no report has, by facility."""
    rows = Outgoing.objects.filter(province=province, report=None).values_list("organisation")
    return dict(rows.annotate(n=Count("pk")).order_by())


def freeze_province_now(*, province: int, by: Principal) -> DayReport:
    """The CDC freezes today's report of its province before the hour.  Refused: report_closed."""
    at = now()
    day = open_day_of_province(province, at)
    if day != day_of(at):
        text = _("Today's report is frozen. What comes now stands in the next one as added.")
        raise Refused("report_closed", text, status=409)
    return freeze_province(province=province, day=day, cut_at=at, by=by)


def freeze_due(*, at: datetime, by: Principal) -> int:
    """Freeze every report whose hour has come, the oldest first; how many provinces."""
    frozen = 0
    for province in _provinces(at):
        due = day_of(at)
        if at < cut_of(due, province):
            due -= timedelta(days=1)
        last = (
            DayReport.objects.filter(level=Level.PROVINCE, province=province)
            .order_by("-day")
            .values_list("day", flat=True)
            .first()
        )
        early = DayReport.objects.filter(level=Level.FACILITY, province=province, day__lt=due)
        early = early.filter(day__gt=last) if last else early
        days = {*early.values_list("day", flat=True), due}
        for day in sorted(one for one in days if last is None or one > last):
            freeze_province(province=province, day=day, cut_at=cut_of(day, province), by=by)
            frozen += 1
    return frozen


def _provinces(at: datetime) -> set[int]:
    """Where something waits for a report or people are vaccinated."""
    waiting = Outgoing.objects.filter(report=None).values_list("province", flat=True)
    since = at - timedelta(days=2)
    held = Session.objects.filter(starts_at__range=(since, at)).values_list("province", flat=True)
    early = DayReport.objects.filter(level=Level.FACILITY, frozen_at__gte=since)
    return {*waiting.distinct(), *held.distinct(), *early.values_list("province", flat=True)}


def _to_freeze(province: int, day: date, cut_at: datetime) -> set[UUID]:
    """Facilities with something to say, and those that vaccinated on the day and gave nothing."""
    waiting = Outgoing.objects.filter(province=province, report=None, queued_at__lte=cut_at)
    start = datetime.combine(day, time(), OFFSET)
    held = Session.objects.filter(province=province, starts_at__range=(start, cut_at))
    held = held.exclude(state=Session.State.PLANNED)
    return {
        *waiting.values_list("organisation", flat=True).distinct(),
        *held.values_list("organisation", flat=True).distinct(),
    }


def place_of(organisation: UUID) -> tuple[int | None, int] | None:
    """Commune and province of a facility; of one that is not registered, those of what it did."""
    unit = Organisation.objects.filter(pk=organisation).first()
    if unit is not None and unit.province is not None:
        return unit.commune, unit.province
    entry = Outgoing.objects.filter(organisation=organisation).order_by("-queued_at").first()
    if entry is not None:
        return entry.commune, entry.province
    session = Session.objects.filter(organisation=organisation).order_by("-starts_at").first()
    return (session.commune, session.province) if session else None


def _freeze(
    organisation: UUID, place: tuple[int | None, int], day: date, cut_at: datetime, by: Principal
) -> DayReport:
    entries = list(_unreported(organisation, cut_at).select_for_update())
    found = Figures()
    for row in entries:
        _count(found, row)
    _react(found, organisation, cut_at)
    _move(found, organisation, _last(organisation), cut_at)
    made = _write(found, Level.FACILITY, organisation, place, day, cut_at, 1, by)
    for start in range(0, len(entries), 1000):
        part = [row.pk for row in entries[start : start + 1000]]
        Outgoing.objects.filter(pk__in=part).update(report=made)
    return made


def _sum_up(
    reports: Sequence[DayReport],
    level: Level,
    place: tuple[int | None, int],
    day: date,
    cut_at: datetime,
    by: Principal,
) -> DayReport:
    found = Figures()
    for one in reports:
        found.add(one)
    return _write(found, level, None, place, day, cut_at, len(reports), by)


def _write(
    found: Figures,
    level: Level,
    organisation: UUID | None,
    place: tuple[int | None, int],
    day: date,
    cut_at: datetime,
    facilities: int,
    by: Principal,
) -> DayReport:
    said = {
        "level": level.value,
        "organisation": str(organisation or ""),
        "place": list(place),
        "day": day.isoformat(),
        "cut_at": cut_at.isoformat(),
        "rows": found.as_rows(),
        "reactions": found.reactions,
        "stock": found.stock,
    }
    made = DayReport.objects.create(
        id=uuid7(),
        level=level,
        organisation=organisation,
        commune=place[0],
        province=place[1],
        day=day,
        cut_at=cut_at,
        rows=found.as_rows(),
        reactions=found.reactions,
        stock=found.stock,
        reacted=found.reacted,
        facilities=facilities,
        sha256=sha256(json.dumps(said, sort_keys=True).encode()).hexdigest(),
        frozen_at=now(),
        frozen_by=by.account,
        frozen_by_name=by.name[:120],
    )
    audit.record("day_report.frozen", target=("day_report", made.id), by=by)
    facts.ring(FACT)
    return made


def _unreported(organisation: UUID, until: datetime) -> Any:
    rows = Outgoing.objects.filter(organisation=organisation, report=None, queued_at__lte=until)
    return rows.order_by("queued_at", "dose_id")


def _count(found: Figures, row: Outgoing) -> None:
    key = (row.day.isoformat(), row.product, row.number, row.group)
    found.count(key, int(row.sign > 0), int(row.sign < 0))


def _last(organisation: UUID) -> datetime | None:
    rows = DayReport.objects.filter(level=Level.FACILITY, organisation=organisation)
    return rows.order_by("-day").values_list("cut_at", flat=True).first()


def _react(found: Figures, organisation: UUID, until: datetime) -> None:
    """Reactions told of that no report has: each is counted once, by what it is judged now."""
    since = until - REACTED
    before = DayReport.objects.filter(
        level=Level.FACILITY, organisation=organisation, cut_at__gte=since
    )
    known = {one for report in before for one in report.reacted}
    rows = Reaction.objects.filter(
        organisation=organisation, reported_at__gt=since, reported_at__lte=until
    )
    for number, severity in rows.values_list("id", "severity").order_by("reported_at", "id"):
        if number not in known:
            found.reacted.append(number)
            found.reactions[severity] = found.reactions.get(severity, 0) + 1


def _move(found: Figures, organisation: UUID, since: datetime | None, until: datetime) -> None:
    """What went in and out of the facility's stores, and what the ledger has in hand."""
    stores = list(Store.objects.filter(organisation=organisation))
    for line in _lines(stores, since, until):
        column = _MOVED.get(Kind(stock_reading.kind_of(line)))
        if column is not None:
            name, sign = column
            mine = found.stock.setdefault(line.lot.product, {})
            mine[name] = mine.get(name, 0) + sign * line.doses
    in_hand = StockLine.objects.filter(
        store__in=stores, account=Account.IN_HAND, move__at__lte=until
    )
    summed = in_hand.values_list("lot__product").annotate(doses=Sum("doses")).order_by()
    for product, doses in summed:
        found.stock.setdefault(product, {})["in_hand"] = doses


def _lines(stores: Iterable[Store], since: datetime | None, until: datetime) -> Iterable[StockLine]:
    for store in stores:
        yield from stock_reading.lines_between(store, since, until)


def _lock(what: str) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 8))", [f"day report {what}"]
        )
