"""What a rule of kind `pooling` says: how an area's specimens are pooled, and who is sampled."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lachan.rulebook.shape import BadRule, Decision, Rule, Source, gettext_noop
from lachan.rulebook.vocabulary import POOLING_AREAS

DESIGNS: Final = ("single", "dorfman", "three", "array", "array_master")
METHODS: Final = ("pcr", "rapid")
SAMPLED: Final = ("representatives", "everybody")
MIXED: Final = ("neighbours", "household")

#: A tube holds at most so many people: the database's own limit of a tube.
MOST_IN_A_TUBE: Final = 20


@dataclass(frozen=True, slots=True)
class PoolingArea:
    """How an area is sampled.

    `size`: people in a pool (1: singly); `design` as the engine names it; `method` pcr or rapid;
    `who`: representatives of a household or everybody; `mixed`: whose specimens may share a pool;
    `days` between rounds and `rounds`, each 0 where the document sets none.
    """

    size: int
    design: str
    method: str
    who: str
    mixed: str
    days: int
    rounds: int


@dataclass(frozen=True, slots=True)
class PoolingTest:
    """How good a test is: chances from 0 to 1; dilution by Ct (mean, sd, limit) or None."""

    sensitivity: float
    specificity: float
    ct: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True)
class PoolingRule:
    """How specimens are pooled for one disease at one time.

    `largest`: people in any pool, `largest_household` in a pool of one household.  Of a household
    with fewer than `household_below` people `sampled_small` are sampled, of a larger one
    `sampled_large`.  `single`: reasons for which nobody is pooled.  `least_saving` (0 to 1): below
    such a saving of tests pooling is not worth it.  The positivity of an area is that of the last
    `positivity_days` days.
    """

    rule: str
    version: int
    source: Source
    areas: Mapping[str, PoolingArea]
    tests: Mapping[str, PoolingTest]
    largest: int
    largest_household: int
    household_below: int
    sampled_small: int
    sampled_large: int
    single: frozenset[str]
    least_saving: float
    positivity_days: int

    def size_for(self, area: str, reason: str) -> int:
        """How many people share a tube: one where the reason forbids pools."""
        return 1 if reason in self.single else self.areas[area].size

    def sampled_of(self, area: str, household: int) -> int:
        """How many of a household of so many people are sampled."""
        if self.areas[area].who == "everybody":
            return household
        small = household < self.household_below
        return min(household, self.sampled_small if small else self.sampled_large)

    def says(self, outcome: str, **values: Any) -> Decision:
        """One of its outcomes with the numbers of its sentence; an area brings its own."""
        area = self.areas.get(outcome)
        own: dict[str, Any] = {
            "household_below": self.household_below,
            "sampled_small": self.sampled_small,
            "sampled_large": self.sampled_large,
        }
        if area is not None:
            own |= {name: getattr(area, name) for name in PoolingArea.__slots__}
        return Decision(self.rule, self.version, outcome, own | values)


def pooling_rule_of(rule: Rule) -> PoolingRule:
    """Read a rule of kind `pooling`."""
    body = rule.body
    return PoolingRule(
        rule=rule.id,
        version=rule.version,
        source=rule.source,
        areas={name: PoolingArea(**body[name]) for name in POOLING_AREAS},
        tests={name: _test(values) for name, values in body["tests"].items()},
        largest=body["largest"],
        largest_household=body["largest_household"],
        household_below=body["household_below"],
        sampled_small=body["sampled_small"],
        sampled_large=body["sampled_large"],
        single=frozenset(body["single"]),
        least_saving=body["least_saving"] / 100,
        positivity_days=body["positivity_days"],
    )


def _test(values: Mapping[str, float]) -> PoolingTest:
    ct = None
    if "ct_mean" in values:
        ct = (values["ct_mean"], values["ct_sd"], values["ct_limit"])
    return PoolingTest(values["sensitivity"] / 100, values["specificity"] / 100, ct)


def check_pooling(body: Mapping[str, Any]) -> None:
    """Refuse a rule by which nobody could sample.  Raises BadRule."""
    for name in ("largest", "largest_household", "household_below", "positivity_days"):
        _whole(body, name, 1)
    for name in ("sampled_small", "sampled_large"):
        _whole(body, name, 1)
    if max(body["largest"], body["largest_household"]) > MOST_IN_A_TUBE:
        text = gettext_noop("A tube holds at most %(most)s people.")
        raise BadRule("rule_malformed", text, most=MOST_IN_A_TUBE)
    single = body["single"]
    if not isinstance(single, list) or not all(isinstance(reason, str) for reason in single):
        raise BadRule("rule_malformed", gettext_noop("single is a list of reasons for sampling."))
    _between(body, "least_saving", 0, 100)
    for area in POOLING_AREAS:
        _check_area(area, body)
    for method in body["tests"]:
        _one_of(method, METHODS)
        _check_test(body["tests"][method])


def _check_area(area: str, body: Mapping[str, Any]) -> None:
    row = body[area]
    if not isinstance(row, dict) or set(row) != set(PoolingArea.__slots__):
        text = gettext_noop("The area %(area)s has exactly %(names)s.")
        names = ", ".join(PoolingArea.__slots__)
        raise BadRule("rule_malformed", text, area=area, names=names)
    _one_of(row["design"], DESIGNS)
    _one_of(row["method"], METHODS)
    _one_of(row["who"], SAMPLED)
    _one_of(row["mixed"], MIXED)
    _whole(row, "size", 1)
    _whole(row, "days", 0)
    _whole(row, "rounds", 0)
    most = body["largest_household" if row["mixed"] == "household" else "largest"]
    if row["size"] > most or (row["size"] == 1) is not (row["design"] == "single"):
        text = gettext_noop("Pools of %(size)s do not fit the design %(design)s or the limit.")
        raise BadRule("rule_malformed", text, size=row["size"], design=row["design"])
    if row["method"] not in body["tests"]:
        text = gettext_noop("How good is %(method)s? The rule does not say.")
        raise BadRule("rule_malformed", text, method=row["method"])


def _check_test(row: Mapping[str, Any]) -> None:
    shift = {"ct_mean", "ct_sd", "ct_limit"}
    names = set(row)
    if names not in ({"sensitivity", "specificity"}, {"sensitivity", "specificity", *shift}):
        text = gettext_noop("A test has sensitivity, specificity, and three numbers of Ct or none.")
        raise BadRule("rule_malformed", text)
    # A test that finds less than half, or errs with half of the others, is no test.
    _between(row, "sensitivity", 50, 100)
    _between(row, "specificity", 50, 100)
    for name in shift & names:
        _between(row, name, 0.1, 60)


def _one_of(word: Any, words: tuple[str, ...]) -> None:
    if word not in words:
        text = gettext_noop("%(word)s is none of %(names)s.")
        raise BadRule("rule_malformed", text, word=word, names=", ".join(words))


def _whole(row: Mapping[str, Any], name: str, least: int) -> None:
    if type(row[name]) is not int or row[name] < least:
        text = gettext_noop("%(name)s must be a whole number, %(least)s or more.")
        raise BadRule("rule_malformed", text, name=name, least=least)


def _between(row: Mapping[str, Any], name: str, least: float, most: float) -> None:
    if type(row[name]) not in (int, float) or not least <= row[name] <= most:
        text = gettext_noop("%(name)s lies between %(least)s and %(most)s.")
        raise BadRule("rule_malformed", text, name=name, least=least, most=most)
