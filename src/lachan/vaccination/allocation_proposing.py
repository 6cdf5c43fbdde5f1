"""What a rule proposes for a decision: people who wait or live there, less the doses in stock."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.rulebook import selectors as rulebook
from lachan.ui.wording import language
from lachan.vaccination import stock_reading as reading
from lachan.vaccination.models import Population, QueueCount, StockLine, Store
from lachan.vaccination.planning_split import Need, SplitRule, propose


@dataclass(frozen=True, slots=True)
class Proposal:
    """Doses of a product for each store, by which rule, and why: people and doses in stock."""

    product: str
    rule: SplitRule
    wanted: int
    doses: dict[UUID, int]
    why: dict[UUID, Need]

    @property
    def split(self) -> int:
        """What is proposed altogether."""
        return sum(self.doses.values())

    def says(self, number: Callable[[int], str]) -> str:
        """The rule in words, as it goes into the text of the decision."""
        text = _('Split of %(doses)s doses by the rule "%(rule)s", version %(version)d. %(says)s')
        return text % {
            "doses": number(self.split),
            "rule": self.rule.names[language()],
            "version": self.rule.version,
            "says": self.rule.says[language()],
        }


def propose_for(
    store: Store, stores: Sequence[Store], product: str, doses: int, rule: SplitRule
) -> Proposal:
    """Split doses over the stores right below: a province's store speaks for the whole province, a
    station's and a site's for the commune, of which the first store speaks."""
    known = rulebook.vaccine_products(now()).get(product)
    if known is None:
        raise Refused("product_unknown", _("The rulebook knows no such vaccine."), status=404)
    speaking = _speaking(stores)
    people = _people(known.disease, rule, speaking)
    stock = _stock(speaking, product)
    needs = [Need(one.id, people.get(one.id, 0), stock.get(one.id, 0)) for one in speaking]
    split = propose(needs, doses, known.doses_per_vial, less_stock=rule.less_stock)
    return Proposal(product, rule, doses, split, {one.store: one for one in needs})


def _speaking(stores: Sequence[Store]) -> list[Store]:
    """One store of each area of the next level, so that nobody's people weigh twice."""
    found: dict[tuple[str, int | None], Store] = {}
    provinces = [one for one in stores if one.kind == Store.Kind.PROVINCE]
    for one in sorted(
        provinces or stores, key=lambda one: (one.kind != Store.Kind.STATION, one.name)
    ):
        area = one.province if provinces else one.commune
        if area is not None:
            found.setdefault((one.kind if provinces else "", area), one)
    return list(found.values())


def _people(disease: str, rule: SplitRule, stores: Sequence[Store]) -> dict[UUID, int]:
    """How many people each store stands for, by the rule's weight."""
    counted = _population(disease) if rule.weight == "population" else _waiting(disease, rule)
    found = {}
    for one in stores:
        whole = one.kind == Store.Kind.PROVINCE
        found[one.id] = counted.get((one.province, None if whole else one.commune), 0)
    return found


def _waiting(disease: str, rule: SplitRule) -> dict[tuple[int | None, int | None], int]:
    """People registered and waiting, by the public counts: what is too small there is not here."""
    found: dict[tuple[int | None, int | None], int] = {}
    first: dict[int, set[str] | None] = {}
    for row in QueueCount.objects.filter(disease=disease):
        if row.province not in first:
            first[row.province] = _first_groups(disease, rule, row.province)
        groups = first[row.province]
        if groups is None or row.group in groups:
            key = (row.province, row.commune)
            found[key] = found.get(key, 0) + (row.registered or 0)
    return found


def _first_groups(disease: str, rule: SplitRule, province: int) -> set[str] | None:
    """The first groups of the order, None for all of them."""
    if not rule.groups:
        return None
    order = rulebook.priority_rule(disease, now(), province=province)
    return {one.code for one in order.groups[: rule.groups]}


def _population(disease: str) -> dict[tuple[int | None, int | None], int]:
    """The newest population of each commune, and of each province the sum of them."""
    found: dict[tuple[int | None, int | None], int] = {
        (row.province, row.commune): row.people
        for row in Population.objects.filter(disease=disease).order_by("on", "entered_at")
    }
    for (province, _commune), people in list(found.items()):
        found[province, None] = found.get((province, None), 0) + people
    return found


def _stock(stores: Sequence[Store], product: str) -> dict[UUID, int]:
    """Doses in hand and on the way, in every store of the same area that the scope sees."""
    found: dict[UUID, int] = {}
    for one in stores:
        same = Store.objects.filter(province=one.province)
        if one.kind != Store.Kind.PROVINCE:
            same = same.filter(commune=one.commune)
        rows = StockLine.objects.filter(
            store__in=same,
            lot__product=product,
            account__in=(reading.Account.IN_HAND, reading.Account.IN_TRANSIT),
        )
        found[one.id] = max(0, sum(rows.values_list("doses", flat=True)))
    return found
