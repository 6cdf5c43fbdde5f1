"""Loggers' files of a store, what left its range, which doses and people it concerns, and what a
person decided about it."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import connections
from django.db.models import Sum
from django.utils.translation import gettext as _

from lachan.core import audit, facts
from lachan.core.clock import OFFSET, day_of, now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.formats.sheets import SheetRefused
from lachan.formats.temperatures import Outside, outside, read_temperatures
from lachan.rulebook import selectors as rulebook
from lachan.rulebook.selectors import VaccineProduct
from lachan.vaccination import stock_reading as reading
from lachan.vaccination import stocking
from lachan.vaccination.models import (
    Excursion,
    ExcursionDecision,
    Lot,
    StockLine,
    StockMove,
    Store,
    TemperatureLog,
)
from lachan.vaccination.stocking import FACT, Account

#: Bytes of a file.
MOST_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Concerned:
    """An excursion with what it concerns now: doses still here, people who had one since."""

    excursion: Excursion
    last: ExcursionDecision | None
    here: int
    people: int


def attach(*, store: Store, device: str, data: bytes, name: str, by: Principal) -> TemperatureLog:
    """Keep a logger's file, and find what left its range; the same file again is the same log.

    Codes of refusals: log_too_large, log_unreadable, clock_wrong.
    """
    if len(data) > MOST_BYTES:
        raise Refused("log_too_large", _("The file is larger than 10 MB."))
    stocking.lock(store)
    digest = sha256(data).hexdigest()
    device = device.strip()[:60]
    known = TemperatureLog.objects.filter(store=store, device=device, sha256=digest).first()
    if known is not None:
        return known
    try:
        read = read_temperatures(data, name, offset=OFFSET)
    except SheetRefused:
        text = _("This file has no column of times followed by one of degrees. Export it as CSV.")
        raise Refused("log_unreadable", text) from None
    if read.points[-1].at > now():
        raise Refused("clock_wrong", _("The last reading lies in the future."))
    degrees = [point.degrees for point in read.points]
    log = TemperatureLog.objects.create(
        id=uuid7(),
        store=store,
        device=device,
        name=name[-120:],
        sha256=digest,
        rows=len(read.points),
        refused=[list(each) for each in read.refused],
        since=read.points[0].at,
        until=read.points[-1].at,
        coldest=min(degrees),
        warmest=max(degrees),
        at=now(),
        by=by.account,
        by_name=by.name[:120],
    )
    found = []
    for lot in _lots_between(store, log.since, log.until):
        product = rulebook.vaccine_product(lot.product, log.until)
        for one in outside(read.points, product.coldest, product.warmest):
            found += _excursion(log, lot, product, one)
    Excursion.objects.bulk_create(found)
    audit.record(
        "stock.logged", target=("store", store.id), by=by, detail={"excursions": len(found)}
    )
    facts.ring(FACT)
    return log


def _lots_between(store: Store, since: datetime, until: datetime) -> list[Lot]:
    rows = StockLine.objects.filter(
        store=store, account=Account.IN_HAND, move__day__lte=day_of(until)
    )
    lots = Lot.objects.filter(pk__in=rows.values("lot")).order_by("expires_on", "number")
    return [lot for lot in lots if exposed(store, lot, since, until) > 0]


def _excursion(
    log: TemperatureLog, lot: Lot, product: VaccineProduct, one: Outside
) -> list[Excursion]:
    doses = exposed(log.store, lot, one.since, one.until)
    if doses <= 0:
        return []
    warm = one.warmest > product.warmest
    measured = one.warmest if warm else one.coldest
    measured = int(measured) if measured.is_integer() else measured
    says = product.says("too_warm" if warm else "too_cold", found=measured, vaccine=lot.product)
    return [
        Excursion(
            id=uuid7(),
            log=log,
            store=log.store,
            lot=lot,
            since=one.since,
            until=one.until,
            coldest=one.coldest,
            warmest=one.warmest,
            doses=doses,
            decision={
                "rule": str(says.rule),
                "version": says.version,
                "outcome": says.outcome,
                "values": dict(says.values),
            },
        )
    ]


def exposed(store: Store, lot: Lot, since: datetime, until: datetime) -> int:
    """Doses of a lot that were in the store at any time from `since` to `until`: what was there
    when it began, without what had been given by then, and what came meanwhile."""
    rows = StockLine.objects.filter(store=store, lot=lot, account=Account.IN_HAND)
    moved = rows.exclude(move__kind=StockMove.Kind.USE)
    before = moved.filter(move__at__lte=since).aggregate(sum=Sum("doses"))["sum"] or 0
    came = moved.filter(move__at__gt=since, move__at__lte=until, doses__gt=0)
    given = _given_before(store, lot, since)
    return before - given + (came.aggregate(sum=Sum("doses"))["sum"] or 0)


def _given_before(store: Store, lot: Lot, at: datetime) -> int:
    given = reading.given_until(store, now())
    all_of = sum(doses for (of, _day), doses in given.items() if of == lot.id)
    return all_of - given_since(store, lot.id, at)[1]


def given_since(store: Store, lot: UUID, since: datetime) -> tuple[int, int]:
    """(people, doses) of this lot that the store's organisation gave at or after a time."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select people, doses from core.vaccine_people(%s, %s::uuid[], %s)",
            [store.id, [lot], since],
        )
        row = cursor.fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def concerned(store: Store) -> list[Concerned]:
    """Excursions of a store, those without a final decision first, then the newest."""
    rows = Excursion.objects.filter(store=store).select_related("lot", "log")
    found = []
    for one in rows.prefetch_related("decisions").order_by("-since", "lot__number")[: reading.MOST]:
        last = max(one.decisions.all(), key=lambda each: (each.at, each.id), default=None)
        here = reading.in_hand(store, one.lot_id)
        people, _doses = given_since(store, one.lot_id, one.since)
        found.append(Concerned(one, last, here, people))
    return sorted(found, key=lambda each: each.last is not None and each.last.verdict != "ask")


def decide(*, excursion: Excursion, verdict: str, why: str, by: Principal) -> ExcursionDecision:
    """What happens with the doses.  Raises Refused: why_missing, excursion_decided."""
    if not why.strip():
        raise Refused("why_missing", _("Say why, and who at the maker said so."))
    stocking.lock(excursion.store)
    last = excursion.decisions.order_by("-at", "-id").first()
    if last is not None and last.verdict == ExcursionDecision.Verdict.DISCARD:
        text = _("It was decided to discard these doses. That is not taken back.")
        raise Refused("excursion_decided", text, status=409)
    made = ExcursionDecision.objects.create(
        id=uuid7(),
        excursion=excursion,
        store=excursion.store,
        verdict=verdict,
        why=why.strip()[:200],
        at=now(),
        by=by.account,
        by_name=by.name[:120],
    )
    audit.record("stock.excursion", target=("excursion", excursion.id), by=by)
    facts.ring(FACT)
    return made
