"""Screening, schedules and groups as the rules that come with the product have them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest

from lachan.rulebook.shape import BadRule, Rule
from lachan.rulebook.shipped import shipped_rules
from lachan.rulebook.vaccine_checking import (
    check_immunization,
    check_priority,
    check_screening,
    check_vaccination,
    check_vaccine_product,
)
from lachan.rulebook.vaccines import (
    ScreeningRule,
    priority_rule_of,
    screening_rule_of,
    vaccination_rule_of,
    vaccine_product_of,
)
from lachan.vaccination.arrays import Given, Person, Tables, tables_of
from lachan.vaccination.asking import answer
from tests.spec import tables

AUGUST, OCTOBER = datetime(2021, 8, 20, tzinfo=UTC), datetime(2021, 10, 1, tzinfo=UTC)
TODAY = datetime(2026, 11, 26, tzinfo=UTC)
ALL_NO = dict.fromkeys(
    (
        *("anaphylaxis_before", "covid_six_months", "other_vaccine", "weak_immunity", "suppressed"),
        *("acute_illness", "chronic_active", "chronic_treated", "pregnant", "breastfeeding"),
        *("clotting", "other_allergy"),
    ),
    "no",
)


def rules(kind: str, disease: str) -> list[Rule]:
    found = [each for each in shipped_rules() if (each.kind, each.disease) == (kind, disease)]
    return sorted(found, key=lambda each: each.since)


def rule(kind: str, disease: str = "covid-19", at: datetime = AUGUST) -> Rule:
    [found] = [each for each in rules(kind, disease) if each.holds_at(at)]
    return found


def screening() -> ScreeningRule:
    return screening_rule_of(rule("screening"))


SCREENING = """
what                | fact               | value | outcome         | reason
--------------------+--------------------+-------+-----------------+-------------------
nothing             | pulse              | 80    | eligible        | –
37.5 degrees        | temperature        | 37.5  | eligible        | –
37.6 degrees        | temperature        | 37.6  | caution         | temperature
35.4 degrees        | temperature        | 35.4  | caution         | temperature
pulse 100           | pulse              | 100   | eligible        | –
pulse 101           | pulse              | 101   | caution         | pulse
pulse 59            | pulse              | 59    | caution         | pulse
140 mmHg            | systolic           | 140   | eligible        | –
141 mmHg            | systolic           | 141   | caution         | pressure
91 mmHg             | diastolic          | 91    | caution         | pressure
26 breaths          | breathing          | 26    | caution         | breathing
65 years            | age_years          | 65    | caution         | old
12 weeks pregnant   | pregnancy_weeks    | 12    | postpone        | pregnant_early
13 weeks pregnant   | pregnancy_weeks    | 13    | caution         | pregnant
ill in six months   | covid_six_months   | yes   | postpone        | covid_six_months
acute illness       | acute_illness      | yes   | postpone        | acute_illness
anaphylaxis         | anaphylaxis_before | yes   | contraindicated | anaphylaxis_before
unknown allergy     | other_allergy      | unknown | caution       | not_known
"""


@pytest.mark.parametrize("row", tables.read(SCREENING), ids=lambda row: row["what"])
def test_screening_concludes_as_the_decision_of_august_2021_says(row: dict[str, str]) -> None:
    value: str | float = row["value"]
    if row["value"][0].isdigit():
        value = float(row["value"])
    facts: dict[str, Any] = {**ALL_NO, "temperature": 36.6, row["fact"]: value}
    found = screening().screen(facts)
    assert found.outcome == row["outcome"]
    assert found.reasons == ((reason,) if (reason := tables.known(row["reason"])) else ())


def test_nobody_is_eligible_by_an_answer_not_given() -> None:
    facts = {**ALL_NO, "temperature": 36.6}
    assert screening().screen(facts).outcome == "eligible"
    for code in (*ALL_NO, "temperature"):
        some = {name: value for name, value in facts.items() if name != code}
        assert screening().screen(some).outcome == "incomplete"
        assert screening().screen(some).missing == (code,)
    assert screening().screen({**facts, "pregnant": "yes"}).missing == ("pregnancy_weeks",)
    assert screening().screen({"acute_illness": "yes"}).outcome == "postpone"


def test_a_man_is_not_asked_whether_he_is_pregnant() -> None:
    asked = {each.code for each in screening().asked_of("male")}
    assert asked == ALL_NO.keys() - {"pregnant", "breastfeeding"}
    assert len(screening().asked_of("")) == 12


def test_sputnik_is_not_for_pregnant_women() -> None:
    facts = {**ALL_NO, "temperature": 36.6, "pregnant": "yes", "pregnancy_weeks": 20.0}
    assert screening().screen({**facts, "vaccine": "vaxzevria"}).outcome == "caution"
    found = screening().screen({**facts, "vaccine": "gam-covid-vac"})
    assert (found.outcome, found.reasons) == ("contraindicated", ("sputnik_pregnant",))


def schedule(at: datetime, disease: str = "covid-19", version: Rule | None = None) -> Tables:
    found = version or rule("immunization", disease, at)
    products = {
        each.name: vaccine_product_of(each)
        for each in shipped_rules()
        if each.kind == "vaccine_product"
    }
    return tables_of(_Row(found), products)  # type: ignore[arg-type]  # the fields that are read


class _Row:
    """A version as the database gives it."""

    def __init__(self, found: Rule) -> None:
        self.id, self.version, self.body = found.id, found.version, found.body


DOSES = """
what                                | at      | given                     | wanted                | outcome          | earliest
------------------------------------+---------+---------------------------+-----------------------+------------------+-----------
a first one of any                  | August  | –                         | 2021-08-20 vero-cell  | due              | 1998-01-01
AstraZeneca after eight weeks       | August  | 2021-06-25 vaxzevria      | 2021-08-20 vaxzevria  | due              | 2021-08-20
AstraZeneca a day too soon          | August  | 2021-06-26 vaxzevria      | 2021-08-20 vaxzevria  | too_soon         | 2021-08-21
Pfizer after AstraZeneca            | August  | 2021-06-20 vaxzevria      | 2021-08-20 comirnaty  | no_agreement     | 2021-08-15
Pfizer after AstraZeneca, agreed    | August  | 2021-06-20 vaxzevria      | 2021-08-20 comirnaty+ | due              | 2021-08-15
Moderna after AstraZeneca in August | August  | 2021-06-20 vaxzevria      | 2021-08-20 spikevax+  | not_this_vaccine | 2021-08-15
Moderna after AstraZeneca later     | October | 2021-06-20 vaxzevria      | 2021-10-01 spikevax+  | due              | 2021-08-15
Vero Cell only after Vero Cell      | October | 2021-08-01 vero-cell      | 2021-10-01 comirnaty+ | not_this_vaccine | 2021-08-22
a third one in October              | October | 2021-07-01 spikevax 2021-08-01 spikevax | 2021-10-01 spikevax | complete | –
a booster today                     | now     | 2021-07-01 spikevax 2021-08-01 spikevax | 2026-11-26 comirnaty | due    | 2022-02-01
Abdala's third after fourteen days  | October | 2021-09-01 abdala 2021-09-16 abdala | 2021-10-01 abdala | due          | 2021-09-30
Janssen's second                    | October | 2021-08-01 janssen        | 2021-10-01 janssen    | complete         | –
measles vaccine for COVID-19        | August  | –                         | 2021-08-20 mrvac      | not_offered      | –
"""  # noqa: E501


@pytest.mark.parametrize("row", tables.read(DOSES), ids=lambda row: row["what"])
def test_a_dose_may_be_given_or_not_by_the_schedule_of_the_day(row: dict[str, str]) -> None:
    at = {"August": AUGUST, "October": OCTOBER, "now": TODAY}[row["at"]]
    words = (tables.known(row["given"]) or "").split()
    given = [Given(date.fromisoformat(words[n]), words[n + 1]) for n in range(0, len(words), 2)]
    day, vaccine = row["wanted"].split()
    agreed = vaccine.endswith("+")
    wanted = Given(date.fromisoformat(day), vaccine.rstrip("+"), agreed=agreed)
    found = answer(schedule(at), Person(date(1980, 1, 1)), given, wanted)
    assert found.outcome == row["outcome"]
    assert (found.values.get("earliest") or None) == tables.known(row["earliest"])
    assert found.rule == schedule(at).rule


def test_the_answer_names_the_version_by_which_a_province_shortened_the_interval() -> None:
    national = rule("immunization", "covid-19", AUGUST)
    series = [dict(each) for each in national.body["series"]]
    for each in series:
        if each["code"] == "vaxzevria":
            first, second = each["steps"]
            each["steps"] = [first, {**second, "after": "4 weeks"}]
    short = replace(national, id="province", version=7, body={**national.body, "series": series})
    check_immunization(short.body)
    given, wanted = [Given(date(2021, 7, 20), "vaxzevria")], Given(date(2021, 8, 20), "vaxzevria")
    person = Person(date(1980, 1, 1))
    assert answer(schedule(AUGUST), person, given, wanted).outcome == "too_soon"
    found = answer(schedule(AUGUST, version=short), person, given, wanted)
    assert (found.rule, found.version, found.outcome) == ("province", 7, "due")


def test_weakened_immunity_adds_a_dose_after_28_days() -> None:
    given = [Given(date(2026, 8, 1), "spikevax"), Given(date(2026, 9, 1), "spikevax")]
    wanted = Given(date(2026, 10, 10), "spikevax")
    weak = Person(date(1980, 1, 1), observations={"weak_immunity": None})
    found = answer(schedule(TODAY), weak, given, wanted)
    assert (found.outcome, found.values["kind"]) == ("due", "additional")
    plain = answer(schedule(TODAY), Person(date(1980, 1, 1)), given, wanted)
    assert (plain.outcome, plain.values["kind"]) == ("too_soon", "booster")


def test_one_vaccine_carries_measles_and_rubella() -> None:
    tables_now = schedule(TODAY, "measles")
    child = Person(date(2025, 2, 1))
    one, groups = tables_now.assess(child, [Given(date(2025, 11, 1), "mvvac")], date(2026, 6, 1))
    assert len(one["measles"].doses) == 1
    assert len(one["rubella"].doses) == 0
    assert groups["measles-rubella"].earliest == date(2026, 2, 1)
    assert groups["measles-rubella"].recommended == date(2026, 8, 1)
    _one, done = tables_now.assess(
        child,
        [Given(date(2025, 11, 1), "mvvac"), Given(date(2026, 8, 3), "mrvac")],
        date(2026, 9, 1),
    )
    assert {each.status for each in done.values()} == {"complete"}


@pytest.mark.parametrize("kind", ["immunization", "screening", "priority", "vaccination"])
def test_versions_follow_each_other_without_a_gap(kind: str) -> None:
    versions = rules(kind, "*" if kind == "vaccination" else "covid-19")
    for before, after in pairwise(versions):
        assert before.until == after.since
    assert versions[-1].until is None


def test_nine_vaccines_were_licensed_by_november_2021_and_two_protect_from_measles() -> None:
    products = [
        vaccine_product_of(each)
        for each in shipped_rules()
        if each.kind == "vaccine_product" and each.holds_at(TODAY)
    ]
    assert len([each for each in products if each.disease == "covid-19"]) == 9
    assert {each.code: each.antigens for each in products if each.disease == "measles"} == {
        "mvvac": ("measles",),
        "mrvac": ("measles", "rubella"),
    }
    assert all(each.codes.get("cvx") and each.codes.get("atc") for each in products)
    assert all(
        each.codes.keys() >= {"eu_vp", "eu_mp", "eu_ma"}
        for each in products
        if each.disease == "covid-19"
    )


def test_somebody_in_two_groups_stands_where_the_first_stands() -> None:
    order = priority_rule_of(rule("priority"))
    assert len(order.groups) == 16
    assert order.place({"workers", "chronic_old"}) == 8
    assert order.place(set()) is None


def test_a_site_has_its_clocks() -> None:
    today = vaccination_rule_of(rule("vaccination", "*", TODAY))
    assert today.follow_hours == (24, 168, 672)
    assert today.notify == ("department", "cdc")
    assert today.observed_until(TODAY) == datetime(2026, 11, 26, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("check", "kind", "wrong"),
    [
        (check_vaccine_product, "vaccine_product", {"coldest": 9}),
        (check_vaccine_product, "vaccine_product", {"doses_per_vial": 0}),
        (check_vaccine_product, "vaccine_product", {"dose_ml": 50}),
        (check_vaccine_product, "vaccine_product", {"route": "nose"}),
        (check_immunization, "immunization", {"series": []}),
        (check_immunization, "immunization", {"series": [{"code": "a", "steps": []}]}),
        (
            check_immunization,
            "immunization",
            {"series": [{"code": "a", "steps": [{"vaccines": ["a"], "after": "soon"}]}]},
        ),
        (
            check_immunization,
            "immunization",
            {"series": [{"code": "a", "steps": [{"vaccines": ["a"], "afterwards": "1 day"}]}]},
        ),
        (check_screening, "screening", {"paper_days": 0}),
        (
            check_screening,
            "screening",
            {"clauses": [{"outcome": "caution", "reason": "x", "when": [{"fact": "y", "is": 1}]}]},
        ),
        (check_priority, "priority", {"groups": [{"code": "a", "names": {}, "proof": "area"}]}),
        (check_vaccination, "vaccination", {"report_hour": 24}),
        (check_vaccination, "vaccination", {"observe_minutes": 0}),
    ],
)
def test_a_rule_nobody_could_work_by_is_refused(
    check: Any, kind: str, wrong: dict[str, Any]
) -> None:
    good = next(each for each in shipped_rules() if each.kind == kind)
    check(good.body)
    with pytest.raises(BadRule):
        check({**good.body, **wrong})
