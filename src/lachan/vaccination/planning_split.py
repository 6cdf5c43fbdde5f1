"""How a decision's doses are split: arithmetic in whole vials, and the rule, which is data.

Nobody gets a broken vial and nothing is left over: the largest remainder.  Pure: no database.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from uuid import UUID

_RULES = Path(__file__).with_name("allocation_rules.toml")


@dataclass(frozen=True, slots=True)
class SplitRule:
    """By what doses are split: `weight` is "registered" or "population"; `groups`: only the first
    so many of the order, 0 for all; `less_stock`: what a store has in hand counts as given."""

    code: str
    version: int
    since: date
    source: str
    weight: str
    groups: int
    less_stock: bool
    names: Mapping[str, str]
    says: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Need:
    """A store, how much it weighs (people), and the doses it has or has on the way."""

    store: UUID
    weight: int
    stock: int = 0


@lru_cache(maxsize=1)
def _all_rules() -> tuple[SplitRule, ...]:
    rows = tomllib.loads(_RULES.read_text(encoding="utf-8"))["rule"]
    return tuple(SplitRule(**row) for row in rows)


def split_rules(on: date) -> dict[str, SplitRule]:
    """The rules in force on a day, each in its newest version."""
    found: dict[str, SplitRule] = {}
    for one in sorted(_all_rules(), key=lambda one: (one.since, one.version)):
        if one.since <= on:
            found[one.code] = one
    return found


def whole_shares(weights: Sequence[Fraction], whole: int) -> list[int]:
    """`whole` things by weight so that the sum is exact: the largest remainders get one more, the
    first of equals first.  Without any weight nobody gets anything."""
    total = sum(weights)
    if total <= 0:
        return [0] * len(weights)
    exact = [whole * each / total for each in weights]
    shares = [int(each) for each in exact]
    rest = whole - sum(shares)
    order = sorted(range(len(shares)), key=lambda at: (shares[at] - exact[at], at))
    for at in order[:rest]:
        shares[at] += 1
    return shares


def levelled(needs: Sequence[Need], doses: int) -> list[Fraction]:
    """How many doses bring stores to the same doses for each of their people, counting what they
    have; who has more than that gets none and gives nothing back."""
    having = [each for each in needs if each.weight > 0]
    while having:
        level = Fraction(doses + sum(each.stock for each in having), sum(e.weight for e in having))
        kept = [each for each in having if each.weight * level > each.stock]
        if len(kept) == len(having):
            stores = {each.store for each in having}
            return [
                each.weight * level - each.stock if each.store in stores else Fraction(0)
                for each in needs
            ]
        having = kept
    return [Fraction(0)] * len(needs)


def propose(
    needs: Sequence[Need], doses: int, per_vial: int, *, less_stock: bool
) -> dict[UUID, int]:
    """Doses for each store in whole vials; together all whole vials of `doses`, where anybody
    weighs anything."""
    vials = doses // per_vial
    wanted = (
        levelled(needs, vials * per_vial)
        if less_stock
        else [Fraction(each.weight) for each in needs]
    )
    shares = whole_shares(wanted, vials)
    return {each.store: n * per_vial for each, n in zip(needs, shares, strict=True)}
