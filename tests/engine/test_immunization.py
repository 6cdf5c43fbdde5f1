"""What doses are worth and which is due: a made-up schedule, told row by row."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from lachan.engine.immunization import assess, assess_all
from lachan.engine.immunization_answers import (
    Assessment,
    DoseStatus,
    Given,
    Person,
    Reason,
    SeriesStatus,
)
from lachan.engine.immunization_dates import BadPeriodError, Period, period
from lachan.engine.immunization_schedule import (
    AgeRule,
    Condition,
    Conflict,
    Immunity,
    Indication,
    IntervalRule,
    Programme,
    Schedule,
    Series,
    Skip,
    SkipSet,
    Source,
    Step,
    VaccineRule,
)
from lachan.engine.naive_immunization import first_day_that_counts

ADULT = AgeRule(absolute=period("18 years"), minimum=period("18 years"))
GAP = IntervalRule(
    absolute=period("8 weeks - 4 days"),
    minimum=period("8 weeks"),
    recommended=period("10 weeks"),
    latest=period("12 weeks"),
)
SEA = VaccineRule(vaccine="sea")
SKY = VaccineRule(vaccine="sky", since=date(2021, 7, 13), agreement=True, offered=False)
ANY_SKY = replace(SKY, agreement=False, offered=True)
BOOSTER = IntervalRule(absolute=period("6 months"), minimum=period("6 months"))

SEA_FIRST = Series(
    code="sea-first",
    product_path=True,
    steps=(
        Step(number=1, ages=(ADULT,), preferred=(SEA,)),
        Step(
            number=2,
            ages=(ADULT,),
            intervals=(GAP,),
            preferred=(SEA,),
            allowed=(SKY,),
            inadvertent=frozenset({"child"}),
        ),
        Step(number=3, kind="booster", intervals=(BOOSTER,), preferred=(SEA, ANY_SKY)),
    ),
)
SKY_FIRST = Series(
    code="sky-first",
    default=True,
    product_path=True,
    preference=2,
    steps=(
        Step(number=1, ages=(ADULT,), preferred=(ANY_SKY,)),
        Step(number=2, ages=(ADULT,), intervals=(GAP,), preferred=(ANY_SKY,)),
    ),
)
RULES = Schedule(
    antigen="dragon pox",
    series=(SEA_FIRST, SKY_FIRST),
    forbidden={"anaphylaxis": frozenset(), "sea-allergy": frozenset({"sea"})},
    immunity=Immunity(observations=frozenset({"had-it"}), born_before=date(1940, 1, 1)),
)
BORN = date(1980, 5, 17)
FIRST = date(2021, 8, 2)
#: An ordinary day on which the nation asks.
TODAY = date(2021, 12, 1)


def days(text: str) -> timedelta:
    return timedelta(days=int(text))


def judged(*doses: tuple[int, str], agreed: bool = False, born: date = BORN) -> Assessment:
    """Doses given so many days after FIRST."""
    given = [
        Given(FIRST + timedelta(days=day), vaccine, key=str(number), agreed=agreed)
        for number, (day, vaccine) in enumerate(doses)
    ]
    return assess(RULES, Person(born), given, TODAY)


@pytest.mark.parametrize(
    ("doses", "statuses", "reason"),
    [
        ([(0, "sea")], "valid", Reason.NONE),
        ([(0, "sea"), (56, "sea")], "valid valid", Reason.NONE),
        ([(0, "sea"), (52, "sea")], "valid valid", Reason.GRACE),
        ([(0, "sea"), (51, "sea")], "valid not_valid", Reason.TOO_SOON),
        # Too soon is repeated from the early dose on, and without grace.
        ([(0, "sea"), (30, "sea"), (84, "sea")], "valid not_valid not_valid", Reason.TOO_SOON),
        ([(0, "sea"), (30, "sea"), (86, "sea")], "valid not_valid valid", Reason.NONE),
        ([(0, "sea"), (60, "child")], "valid not_valid", Reason.INADVERTENT),
        ([(0, "earth")], "not_valid", Reason.NOT_THIS_VACCINE),
        ([(0, "sea"), (60, "sky")], "valid valid", Reason.NO_AGREEMENT),
    ],
)
def test_a_dose_counts_or_not_for_a_reason(
    doses: list[tuple[int, str]], statuses: str, reason: Reason
) -> None:
    found = judged(*doses)
    assert " ".join(each.status for each in found.doses) == statuses
    assert found.doses[-1].reason == reason


def test_another_vaccine_counts_from_its_day_on_and_agreement_is_told_where_it_is_missing() -> None:
    agreed = judged((0, "sea"), (60, "sky"), agreed=True)
    assert [each.reason for each in agreed.doses] == [Reason.NONE, Reason.NONE]
    early = judged((-100, "sea"), (-30, "sky"), agreed=True)
    assert early.doses[1].reason == Reason.NOT_THIS_VACCINE


def test_somebody_of_seventeen_is_too_young() -> None:
    found = judged((0, "sea"), born=date(2003, 8, 3))
    assert found.doses[0].reason == Reason.TOO_YOUNG
    assert found.forecast.status == SeriesStatus.NOT_COMPLETE
    assert found.forecast.earliest == date(2021, 8, 3)


def test_a_spoilt_dose_counts_for_nothing_and_no_interval_runs_from_it() -> None:
    given = [Given(FIRST, "sea"), Given(FIRST + days("60"), "sea", spoilt=True)]
    found = assess(RULES, Person(BORN), given, TODAY)
    assert found.doses[1].status == DoseStatus.SUBSTANDARD
    assert found.forecast.earliest == FIRST + days("56")


def test_the_next_dose_has_its_days() -> None:
    due = judged((0, "sea")).forecast
    assert due.number == 2
    assert due.earliest == FIRST + days("56")
    assert due.recommended == FIRST + days("70")
    assert due.past_due == FIRST + days("83")
    assert due.vaccines == ("sea",)


def test_a_booster_offers_both_vaccines_six_months_on() -> None:
    due = judged((0, "sea"), (60, "sea")).forecast
    assert due.step is not None
    assert due.step.kind == "booster"
    assert due.earliest == date(2022, 4, 1)
    assert due.vaccines == ("sea", "sky")


def test_after_the_last_step_a_series_is_complete_and_more_is_extraneous() -> None:
    found = judged((0, "sky"), (60, "sky"), (90, "sky"))
    assert found.series == "sky-first"
    assert found.forecast.status == SeriesStatus.COMPLETE
    assert [each.status for each in found.doses][-1] == DoseStatus.EXTRANEOUS


def test_without_a_dose_the_default_series_is_forecast() -> None:
    found = assess(RULES, Person(BORN), [], TODAY)
    assert found.series == "sky-first"
    assert found.forecast.number == 1


@pytest.mark.parametrize(
    ("observation", "born", "status"),
    [
        ("anaphylaxis", BORN, SeriesStatus.CONTRAINDICATED),
        ("had-it", BORN, SeriesStatus.IMMUNE),
        ("", date(1939, 12, 31), SeriesStatus.IMMUNE),
        ("sea-allergy", BORN, SeriesStatus.NOT_COMPLETE),
    ],
)
def test_who_must_not_and_who_need_not(observation: str, born: date, status: SeriesStatus) -> None:
    person = Person(born, observations={observation: None} if observation else {})
    assert assess(RULES, person, [], TODAY).forecast.status == status


def test_a_forbidden_vaccine_is_not_offered() -> None:
    person = Person(BORN, observations={"sea-allergy": None})
    given = [Given(FIRST, "sea"), Given(FIRST + days("60"), "sea")]
    assert assess(RULES, person, given, TODAY).forecast.vaccines == ("sky",)


def test_a_risk_series_takes_the_place_of_its_equivalent_for_whom_it_is_meant() -> None:
    standard = replace(SKY_FIRST, equivalent=frozenset({"2"}))
    risk = Series(
        code="weak",
        risk=True,
        group="2",
        default=True,
        indications=(Indication(observation="weak", begin=period("18 years")),),
        steps=(
            *SKY_FIRST.steps,
            Step(number=3, kind="additional", intervals=(GAP,), preferred=(ANY_SKY,)),
        ),
    )
    rules = replace(RULES, series=(standard, risk))
    given = [Given(FIRST, "sky"), Given(FIRST + days("60"), "sky")]
    weak = assess(rules, Person(BORN, observations={"weak": None}), given, TODAY)
    assert (weak.series, weak.forecast.number) == ("weak", 3)
    assert assess(rules, Person(BORN), given, TODAY).forecast.status == SeriesStatus.COMPLETE


def test_a_step_somebody_has_outgrown_is_skipped_ahead_and_a_recurring_one_comes_again() -> None:
    outgrown = Skip((SkipSet((Condition(kind="age", begin=period("5 years")),)),), evaluation=False)
    once = Skip(
        (SkipSet((Condition(kind="count", start=date(2021, 9, 1), count=0),)),), evaluation=False
    )
    any_vaccine = (VaccineRule(vaccine="sea"),)
    yearly = Series(
        code="yearly",
        default=True,
        steps=(
            Step(number=1, preferred=any_vaccine, skips=(outgrown,)),
            Step(number=2, preferred=any_vaccine, skips=(once,), recurring=True),
        ),
    )
    rules = Schedule(antigen="dragon pox", series=(yearly,))
    child = Person(date(2019, 1, 1))
    assert assess(rules, child, [], TODAY).forecast.step == yearly.steps[0]
    adult = Person(BORN)
    assert assess(rules, adult, [], TODAY).forecast.step == yearly.steps[1]
    before = [Given(date(2021, 1, 1), "sea"), Given(date(2021, 3, 1), "sea")]
    again = assess(rules, adult, before, TODAY)
    assert (again.forecast.step, again.forecast.number) == (yearly.steps[1], 3)
    done = assess(rules, adult, [*before, Given(date(2021, 10, 1), "sea")], TODAY)
    assert done.forecast.status == SeriesStatus.COMPLETE


def test_two_live_vaccines_keep_their_distance_also_across_antigens() -> None:
    conflict = Conflict(
        previous="fire", current="sea", begin=period("1 day"), end=period("28 days"),
        end_if_valid=period("24 days"),
    )  # fmt: skip
    rules = replace(RULES, conflicts=(conflict,))
    other = [Given(FIRST - days("10"), "fire")]
    found = assess(rules, Person(BORN), [Given(FIRST, "sea")], TODAY, other)
    assert found.doses[0].reason == Reason.LIVE_CONFLICT
    same_day = [Given(FIRST, "fire")]
    assert assess(rules, Person(BORN), [Given(FIRST, "sea")], TODAY, same_day).doses[0].valid


def test_measles_and_rubella_are_due_together_on_the_later_day() -> None:
    def rules(antigen: str, months: str) -> Schedule:
        step = Step(number=1, ages=(AgeRule(absolute=period(months), minimum=period(months)),))
        second = replace(step, number=2, intervals=(GAP,))
        series = Series(code=antigen, default=True, steps=(step, second))
        return Schedule(antigen=antigen, series=(series,))

    programme = Programme(
        schedules={
            "measles": rules("measles", "9 months"),
            "rubella": rules("rubella", "12 months"),
        },
        antigens={"mr": frozenset({"measles", "rubella"}), "m": frozenset({"measles"})},
        groups={"MR": ("measles", "rubella")},
        whole=frozenset({"MR"}),
    )
    child = Person(date(2021, 1, 10))
    one, together = assess_all(programme, child, [Given(date(2021, 10, 10), "m")], TODAY)
    assert [len(each.doses) for each in one.values()] == [1, 0]
    assert together["MR"].earliest == date(2022, 1, 10)
    assert together["MR"].number == 1


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        (date(2021, 8, 31), "6 months", date(2022, 3, 1)),
        (date(2020, 2, 29), "1 year", date(2021, 3, 1)),
        (date(2021, 1, 10), "6 months - 4 days", date(2021, 7, 6)),
        (date(2021, 1, 10), "8 weeks - 4 days", date(2021, 3, 3)),
        (date(9990, 1, 1), "20 years", date.max),
    ],
)
def test_calendar_time_is_counted_as_a_nurse_counts_it(start: date, length: str, end: date) -> None:
    assert period(length).after(start) == end


@pytest.mark.parametrize("text", ["", "soon", "3", "3 months 4 days", "- 4 fortnights"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(BadPeriodError):
        period(text)


def random_doses(rng: random.Random, most: int) -> Sequence[Given]:
    day, given = FIRST, []
    for _ in range(rng.randint(0, most)):
        given.append(Given(day, rng.choice(["sea", "sea", "sky", "child"]), agreed=True))
        day += timedelta(days=rng.randint(1, 220))
    return given


def test_the_earliest_day_is_the_first_on_which_a_dose_would_count() -> None:
    rng = random.Random(20211126)
    compared = 0
    for _ in range(300):
        person = Person(date(2002, 1, 1) + timedelta(days=rng.randint(0, 900)))
        given = random_doses(rng, 3)
        last = max((each.day for each in given), default=FIRST)
        found = assess(RULES, person, given, last)
        due = found.forecast
        if due.status is not SeriesStatus.NOT_COMPLETE or due.earliest is None:
            continue
        series = next(each for each in RULES.series if each.code == found.series)
        vaccine = due.vaccines[0] if due.vaccines else "sea"
        slow = first_day_that_counts(RULES, series, person, given, vaccine, after=last, within=1500)
        assert slow == max(due.earliest, last), (person, given, found)
        compared += 1
    assert compared > 150


def test_a_source_of_an_interval_can_be_a_step_an_observation_or_a_vaccine() -> None:
    def earliest(rule: IntervalRule, observations: dict[str, date | None] | None = None) -> object:
        step = Step(number=2, intervals=(rule,), preferred=(SEA,))
        series = Series(code="s", default=True, steps=(Step(number=1, preferred=(SEA,)), step))
        person = Person(BORN, observations=observations or {})
        given = [Given(FIRST, "sea"), Given(FIRST + days("3"), "child")]
        return assess(
            Schedule(antigen="a", series=(series,)), person, given, TODAY
        ).forecast.earliest

    month = Period(months=1)
    assert earliest(IntervalRule(source=Source.STEP, step=1, minimum=month)) == date(2021, 9, 2)
    rule = IntervalRule(source=Source.VACCINE, vaccines=frozenset({"child"}), minimum=month)
    assert earliest(rule) == date(2021, 9, 5)
    rule = IntervalRule(source=Source.OBSERVATION, observation="had-it", minimum=month)
    assert earliest(rule, {"had-it": date(2021, 9, 1)}) == date(2021, 10, 1)
    assert earliest(rule) is None
