"""Which lots must not be used, where and when; who had one; all bounded by the running scope."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.db.models import Q, QuerySet

from lachan.core.clock import now
from lachan.core.signing import ring
from lachan.credentials.tokens import TokenRefused
from lachan.people.selectors import PersonCard, Reached, cards_of, reached
from lachan.vaccination.lot_spelling import of_lot
from lachan.vaccination.models import Dose, Lot, LotBar, LotCall, Session

#: What a bar says, and so what its signature is of.
SIGNED = (
    *("id", "lot_id", "since", "province", "provisional", "reaction", "decision", "reason"),
    *("document", "capacity", "lifts_id", "made_at", "key_id"),
)


def signed_part(bar: LotBar) -> bytes:
    """The bytes that the signature of a bar or lifting covers."""
    told = {name: getattr(bar, name) for name in SIGNED}
    for name in ("since", "made_at"):
        told[name] = told[name].timestamp()
    return json.dumps(told, default=str, sort_keys=True, ensure_ascii=False).encode()


def is_genuine(bar: LotBar) -> bool:
    """Whether the installation signed exactly this row."""
    try:
        key = ring().find(bar.key_id)
        key.verify(bytes(bar.signature), signed_part(bar), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, TokenRefused):
        return False
    return True


def _of(province: int | None) -> Q:
    """Bars that hold in a province: its own and the nation's."""
    return Q(province=None) | Q(province=province) if province is not None else Q(province=None)


def standing_bars(at: datetime, province: int | None) -> QuerySet[LotBar]:
    """The bars that hold then in a province (None: those of the nation), the newest first."""
    rows = LotBar.objects.filter(_of(province), lifts=None, since__lte=at)
    rows = rows.exclude(lifted_by__since__lte=at)
    return rows.select_related("lot").order_by("-since", "-id")


def lot_barred(lot: UUID, at: datetime, province: int | None) -> LotBar | None:
    """The bar because of which this lot is not used at that moment there, None when it is used."""
    return standing_bars(at, province).filter(lot=lot).first()


def serial_of(province: int | None) -> int:
    """How many bars and liftings concerned a province: who has the same number has them all."""
    return LotBar.objects.filter(_of(province)).count()


def barred_lots(province: int | None) -> dict[str, Any]:
    """What a device carries: the serial, and the lots that are not used in its province now."""
    # The serial first: a bar that commits between the two reads is fetched twice and not lost.
    serial = serial_of(province)
    found: dict[UUID, LotBar] = {}
    for bar in standing_bars(now(), province):
        found.setdefault(bar.lot_id, bar)
    return {
        "serial": serial,
        "barred": [
            {
                "lot": str(bar.lot_id),
                "number": bar.lot.number,
                "product": bar.lot.product,
                "since": bar.since.isoformat(),
                "provisional": bar.provisional,
            }
            for bar in found.values()
        ],
    }


def bars_of(lot: UUID) -> list[LotBar]:
    """Every bar of a lot with its lifting, the newest first."""
    rows = LotBar.objects.filter(lot=lot, lifts=None).select_related("lifted_by")
    return list(rows.order_by("-since", "-id"))


def bar_of(bar: UUID) -> LotBar | None:
    """One bar, not a lifting."""
    return LotBar.objects.filter(pk=bar, lifts=None).select_related("lot").first()


def lot_of(lot: UUID) -> Lot | None:
    """One lot."""
    return Lot.objects.filter(pk=lot).first()


def lots_named(text: str) -> list[Lot]:
    """Lots whose number begins so."""
    number = "".join(text.split()).upper()
    return list(Lot.objects.filter(number__startswith=number).order_by("number")[:50])


@dataclass(frozen=True, slots=True)
class Had:
    """A dose of the lot: whose, how he is reached, whether it came in after the bar or was even
    given after it, and the last call."""

    dose: Dose
    card: PersonCard | None
    reach: Reached | None
    late: bool
    after: bool
    call: LotCall | None


def had_lot(lot: UUID, *, since: datetime | None = None) -> list[Had]:
    """Everybody of this scope who had the lot, also by its spelling, and did not have the dose
    reversed, those whom no telephone reaches first, then by commune.  `since`: from when the lot is
    barred."""
    rows = Dose.objects.filter(of_lot(lot), reverses=None, reversed_by=None)
    doses = list(rows.order_by("commune", "given_at", "id"))
    cards = cards_of({dose.person_id for dose in doses})
    by_phone = reached(cards.values())
    calls = last_calls([dose.id for dose in doses])
    found = [
        Had(
            dose=dose,
            card=cards.get(dose.person_id),
            reach=by_phone.get(dose.person_id),
            late=since is not None and dose.received_at > since,
            after=since is not None and dose.given_at > since,
            call=calls.get(dose.id),
        )
        for dose in doses
    ]
    return sorted(found, key=lambda had: (had.reach is not None, had.dose.commune))


def last_calls(doses: Sequence[UUID]) -> dict[UUID, LotCall]:
    """dose -> the newest call about it."""
    rows = LotCall.objects.filter(dose__in=doses).order_by("at")
    return {call.dose_id: call for call in rows}


@dataclass(frozen=True, slots=True)
class CommuneSum:
    """How many of a commune had the lot, can be reached, were reached."""

    commune: int
    doses: int
    by_phone: int
    called: int


def by_commune(had: Iterable[Had]) -> list[CommuneSum]:
    """The sums of a list, by commune, the largest first."""
    groups: dict[int, list[Had]] = {}
    for one in had:
        groups.setdefault(one.dose.commune, []).append(one)
    found = [
        CommuneSum(
            commune,
            len(rows),
            sum(one.reach is not None for one in rows),
            sum(was_reached(one.call) for one in rows),
        )
        for commune, rows in groups.items()
    ]
    return sorted(found, key=lambda each: (-each.doses, each.commune))


def was_reached(call: LotCall | None) -> bool:
    """Whether somebody spoke to him."""
    return call is not None and call.result in {LotCall.Result.WELL, LotCall.Result.UNWELL}


@dataclass(frozen=True, slots=True)
class Store:
    """Where doses of a lot were given.  What it still holds: `recall_reading.holdings`."""

    organisation: UUID | None
    doses: int
    last_at: datetime


def stores_of(had: Iterable[Had]) -> list[Store]:
    """Facilities that gave the lot, by doses given; `recall_reading` joins the stock ledger."""
    found: dict[UUID | None, list[datetime]] = {}
    for one in had:
        found.setdefault(one.dose.organisation, []).append(one.dose.given_at)
    stores = [Store(each, len(times), max(times)) for each, times in found.items()]
    return sorted(stores, key=lambda store: -store.doses)


def open_sessions(province: int, products: Iterable[str]) -> list[Session]:
    """Sessions of a province that run now with one of these vaccines: whom a bar must reach."""
    rows = Session.objects.filter(province=province, state=Session.State.OPEN)
    return list(rows.filter(products__overlap=list(products)).order_by("name"))


def counted(had: Iterable[Had]) -> Mapping[str, int]:
    """The figures over a list."""
    rows = list(had)
    return {
        "people": len({one.dose.person_id for one in rows}),
        "by_phone": len({one.dose.person_id for one in rows if one.reach is not None}),
        "not": len({one.dose.person_id for one in rows if one.reach is None}),
        "called": len({one.dose.person_id for one in rows if was_reached(one.call)}),
        "late": sum(one.late for one in rows),
    }
