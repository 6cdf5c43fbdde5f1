"""When the council after a severe event must meet, and which lots stand out."""

import math
import random
from datetime import date, datetime
from fractions import Fraction

import pytest

from lachan.core.clock import OFFSET
from lachan.rulebook.reactions import ReactionRule, check_reactions, reaction_rule_of
from lachan.rulebook.shape import BadRule, Rule
from lachan.rulebook.shipped import shipped_rules
from lachan.vaccination.signals import LotCount, signals, tail
from tests.spec import tables


def shipped(at: datetime) -> Rule:
    [found] = [one for one in shipped_rules() if one.kind == "vaccination" and one.holds_at(at)]
    return found


@pytest.fixture
def rule() -> ReactionRule:
    return reaction_rule_of(shipped(datetime(2026, 11, 27, tzinfo=OFFSET)))


COUNCIL = """
what                        | report in        | council until
----------------------------+------------------+-----------------
Monday                      | 2026-11-23 10:00 | 2026-11-30 23:59
Friday evening              | 2026-11-27 18:30 | 2026-12-04 23:59
Saturday                    | 2026-11-28 09:00 | 2026-12-04 23:59
Sunday                      | 2026-11-29 23:59 | 2026-12-04 23:59
over New Year               | 2026-12-28 08:00 | 2027-01-05 23:59
Wednesday before New Year   | 2026-12-30 08:00 | 2027-01-07 23:59
before Tết                  | 2027-02-03 10:00 | 2027-02-17 23:59
before the National Day     | 2026-08-28 10:00 | 2026-09-08 23:59
"""


@pytest.mark.parametrize("row", tables.read(COUNCIL), ids=lambda row: row["what"])
def test_the_council_meets_within_five_working_days(
    row: dict[str, str], rule: ReactionRule
) -> None:
    reported = datetime.fromisoformat(row["report in"]).replace(tzinfo=OFFSET)
    assert f"{rule.council_due(reported):%Y-%m-%d %H:%M}" == row["council until"]


NOTIFY = """
what            | day        | who
----------------+------------+----------------
Decree 104/2016 | 2021-08-20 | department
Circular 13     | 2026-11-27 | department, cdc
"""


@pytest.mark.parametrize("row", tables.read(NOTIFY), ids=lambda row: row["what"])
def test_who_is_notified_follows_the_law_of_the_day(row: dict[str, str]) -> None:
    at = datetime.fromisoformat(row["day"]).replace(tzinfo=OFFSET)
    read = reaction_rule_of(shipped(at))
    assert ", ".join(read.notify) == row["who"]
    assert read.notify_hours == 24


SIGNS = """
signs                | danger
---------------------+--------
arm                  | –
fever, headache      | –
high_fever           | high_fever
arm, breath          | breath
chest, fits          | chest, fits
anaphylaxis          | anaphylaxis
"""


@pytest.mark.parametrize("row", tables.read(SIGNS), ids=lambda row: row["signs"])
def test_danger_signs(row: dict[str, str], rule: ReactionRule) -> None:
    dangers = rule.dangers(row["signs"].split(", "))
    assert ", ".join(dangers) == (tables.known(row["danger"]) or "")


def test_a_citizen_is_asked_for_no_diagnosis(rule: ReactionRule) -> None:
    assert "anaphylaxis" not in {sign.code for sign in rule.asked_of(staff=False)}
    assert "anaphylaxis" in {sign.code for sign in rule.asked_of(staff=True)}


def test_days_after_a_day_skip_what_is_no_working_day(rule: ReactionRule) -> None:
    assert rule.workdays_after(date(2026, 11, 27), 1) == date(2026, 11, 30)
    assert rule.workdays_after(date(2026, 11, 27), 0) == date(2026, 11, 27)


@pytest.mark.parametrize(
    "wrong",
    [
        {"answer_hours": 0},
        {"reactions": []},
        {"reactions": [{"code": "a", "names": {"vi": "A"}}]},
        {"signals": [{"code": "a", "most_p": 0.5}, {"code": "b", "most_p": 0.1}]},
        {"signals": [{"code": "a", "most_p": 1}]},
        {"holidays": ["1/1"]},
    ],
)
def test_a_rule_that_nobody_could_use_is_refused(wrong: dict[str, object]) -> None:
    body = dict(shipped(datetime(2026, 11, 27, tzinfo=OFFSET)).body)
    check_reactions(body)
    with pytest.raises(BadRule):
        check_reactions({**body, **wrong})


# Reference values: 1 - pbinom(k - 1, n, p), computed by hand as fractions.
TAILS = """
events | of | share | chance
-------+----+-------+--------------
0      | 10 | 1/2   | 1
1      | 1  | 1/3   | 1/3
5      | 5  | 1/10  | 1/100000
3      | 3  | 1/2   | 1/8
2      | 3  | 1/2   | 1/2
9      | 10 | 1/2   | 11/1024
1      | 2  | 1/4   | 7/16
11     | 10 | 1/2   | 0
3      | 9  | 1     | 1
3      | 9  | 0     | 0
"""


@pytest.mark.parametrize("row", tables.read(TAILS), ids=lambda row: f"{row['events']}-{row['of']}")
def test_the_chance_of_so_many_events(row: dict[str, str]) -> None:
    found = tail(int(row["events"]), of=int(row["of"]), share=Fraction(row["share"]))
    assert found == Fraction(row["chance"])


def naive(events: int, of: int, share: Fraction) -> Fraction:
    """The same, as the definition says it."""
    return sum(
        (math.comb(of, n) * share**n * (1 - share) ** (of - n) for n in range(events, of + 1)),
        Fraction(0),
    )


def test_it_agrees_with_the_definition_whatever_the_counts() -> None:
    chance = random.Random(20261127)
    for _turn in range(400):
        of = chance.randint(1, 60)
        events = chance.randint(0, of)
        share = Fraction(chance.randint(1, 999), 1000)
        assert tail(events, of=of, share=share) == naive(events, of, share)


def test_signals_agree_with_a_naive_twin(rule: ReactionRule) -> None:
    chance = random.Random(7)
    seen = set()
    for _turn in range(200):
        lots = range(chance.randint(1, 6))
        counts = {}
        for lot in lots:
            doses = chance.choice([50, 100, 2_000, 40_000])
            counts[lot] = LotCount(doses, min(doses, chance.choice([0, 1, 2, 3, 4, 12])))
        for row in signals(counts, rule):
            own, doses = counts[row.lot], sum(one.doses for one in counts.values())
            events = sum(one.events for one in counts.values())
            p = naive(own.events, events, Fraction(own.doses, doses))
            level = "alarm" if p <= Fraction(1, 1000) else "watch" if p <= Fraction(1, 20) else ""
            enough = own.events >= 3 and own.doses >= 100 and len(counts) > 1
            assert row.level == (level if enough else "")
            seen.add(row.level)
    assert seen == {"", "watch", "alarm"}


def test_a_large_lot_is_counted_in_time(rule: ReactionRule) -> None:
    """A nation's product: thousands of events, millions of doses."""
    counts = {lot: LotCount(500_000, 60) for lot in range(40)} | {99: LotCount(500_000, 120)}
    found = signals(counts, rule)
    assert (found[0].lot, found[0].level) == (99, "alarm")
    assert {row.level for row in found[1:]} == {""}
