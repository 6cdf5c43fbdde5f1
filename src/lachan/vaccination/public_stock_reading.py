"""The stock in the public portal: what provinces and communes were given, got, used and have."""

from dataclasses import dataclass
from datetime import datetime

from lachan.core.clock import now
from lachan.places.selectors import unit_name
from lachan.rulebook import selectors as rulebook
from lachan.vaccination.models import Allocation, Counted
from lachan.vaccination.public_reading import rows_of
from lachan.vaccination.stock_counting import STOCK


@dataclass(frozen=True, slots=True)
class StockArea:
    """Doses of a product in a province or a commune of it by the closed books; `unit` None: stores
    above the communes, or above the provinces.  None: too small to be shown."""

    unit: int | None
    name: str
    product: str
    allocated: int
    received: int
    given: int | None
    wasted: int
    left: int | None

    @property
    def other(self) -> int | None:
        """Sent on, on the way, destroyed, set apart, differences: the rest of what was received."""
        if self.given is None or self.left is None:
            return None
        return self.received - self.given - self.wasted - self.left


@dataclass(frozen=True, slots=True)
class StockLot:
    """The same of a lot in a province."""

    province: str
    product: str
    lot: str
    received: int
    given: int | None
    wasted: int
    left: int | None


def stock_counted_until() -> datetime | None:
    """As of when the stock is counted."""
    row = Counted.objects.filter(pk=STOCK).first()
    return row.until if row else None


def stock_areas(disease: str, province: int | None, above: str) -> list[StockArea]:
    """Provinces, or the communes of one, by name and product; `above` is what stores are called
    that belong to none of them."""
    found = []
    for of, commune, whole, product, *figures in rows_of("core.stock_by_area", disease):
        wanted = whole if province is None else (not whole and of == province)
        if not wanted:
            continue
        unit = of if province is None else commune
        if not any(figures):
            continue
        name = unit_name(unit) if unit is not None else above
        found.append(StockArea(unit, name, rulebook.term("vaccine", product), *figures))
    return sorted(found, key=lambda one: (one.unit is None, one.name, one.product))


def stock_lots(disease: str, above: str) -> list[StockLot]:
    """Lots by province."""
    found = [
        StockLot(
            unit_name(of) if of is not None else above, rulebook.term("vaccine", product), *figures
        )
        for of, product, *figures in rows_of("core.stock_by_lot", disease)
    ]
    return sorted(found, key=lambda one: (one.province, one.product, one.lot))


def decisions(disease: str, most: int = 50) -> list[tuple[Allocation, str]]:
    """The newest decisions on vaccines against a disease, each in its last version."""
    products = rulebook.vaccine_products(now())
    codes = [code for code, one in products.items() if one.disease == disease]
    rows = Allocation.objects.filter(product__in=codes, amended_by=None).select_related("store")
    found = rows.order_by("-decided_on", "-at")[:most]
    return [(one, rulebook.term("vaccine", one.product)) for one in found]
