"""People under an order, at a commune of today, with the clock at a chosen hour."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import count
from uuid import UUID

from lachan.core import clock
from lachan.core.clock import OFFSET
from lachan.core.ids import uuid7
from lachan.core.scope import Principal, scoped, system_scope
from lachan.isolation import deciding, services
from lachan.isolation.models import Listing, Order, Signed
from lachan.isolation.services import Asked
from lachan.people.models import Person
from lachan.people.services import Stay, register_person
from tests.factories.outbreak import HERE_CODE, Unit

#: The group A disease of the exercises.  Rules of today's law speak of it; it is no real one.
EXERCISE = "demo-a"


def evening() -> datetime:
    """22:00 of tomorrow: the clock of a test is only wound forward, or its sessions would end."""
    day = datetime.now(OFFSET).date() + timedelta(days=1)
    return datetime.combine(day, time(22), OFFSET)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """The clock stands at a moment (and runs on)."""
    before = clock._wound
    clock.wind(timedelta(0))
    clock.wind(moment - clock.now())
    try:
        yield
    finally:
        clock.wind(before)


def resident(name: str = "Lương Thị Oanh", *, number: int = 1, **more: object) -> Person:
    """Somebody who stays in phường Nếnh."""
    unit = Unit.of(HERE_CODE)
    with system_scope("test") as by:
        return register_person(
            **{  # type: ignore[arg-type]
                "full_name": name,
                "stay": Stay(unit.commune, unit.province, f"Số {number}, tổ 3"),
                "birth": "1990",
                "phones": [f"0900000{number:03}"],
                "by": by,
                **more,
            }
        )


def asked(person: UUID, found_at: datetime, **changed: object) -> Asked:
    """A proposal for isolation at home of a contact, as tracing sends it."""
    whole = {
        "person": person,
        "disease": EXERCISE,
        "role": "contact",
        "measure": "isolate_home",
        "found_at": found_at,
        "reference": f"TX-{uuid7().hex[-12:].upper()}",
        "by": uuid7(),
        "by_name": "Trịnh Minh Châu",
    }
    return Asked(**(whole | changed))  # type: ignore[arg-type]


def proposed(person: Person, found_at: datetime, **changed: object) -> Order:
    """An order the worker wrote."""
    with system_scope("test") as by:
        return services.propose(asked(person.id, found_at, **changed), by=by)


def listed(orders: list[Order], by: Principal) -> Listing:
    """The station's list of these."""
    with scoped(by, "test"):
        return services.list_orders(orders=[order.id for order in orders], by=by)[0]


#: The numbers an office gives its papers.
_NUMBERS = count(118)


def paper(number: str = "", day: date | None = None, **more: object) -> deciding.Paper:
    """A signed paper, with the office's next number."""
    whole = {
        "number": number or f"{next(_NUMBERS)}/QĐ-UBND",
        "day": day or clock.today(),
        "signer_name": "Dương Quang Khải",
        "capacity": "head",
    }
    return deciding.Paper(**(whole | more))  # type: ignore[arg-type]


def signed(listing: Listing, by: Principal, **more: object) -> Signed:
    """Everybody on a list decided upon."""
    with scoped(by, "test"):
        rows = list(Order.objects.filter(listing=listing).values_list("id", flat=True))
        return deciding.record(listing=listing, orders=rows, paper=paper(**more), by=by)  # type: ignore[arg-type]


def again(order: Order) -> Order:
    """The order as it stands now."""
    with system_scope("test"):
        return Order.objects.select_related("signed", "listing").get(pk=order.pk)
