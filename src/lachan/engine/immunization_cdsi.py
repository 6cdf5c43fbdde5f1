"""CDC's supporting data for immunisation (CDSi, JSON), read into our tables.

`schedule_of` takes the parsed content of one "AntigenSupportingData" file, `programme_of` the
"ScheduleSupportingData" file beside them.  Codes of vaccines are CVX with makers in MVX,
observations are CDSi's.  A field that is not known here is ignored.  Raises BadPeriodError,
KeyError or ValueError for content of another shape.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from lachan.engine.immunization_dates import Period, period
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

Json = Mapping[str, Any]

_COMPARE = {"greater than": ">", "less than": "<", "equal to": "=", "equal": "="}
#: "Vaccine Count By Date and Age" and its like, in any spelling, are one kind here.
_KINDS = {"age": "age", "interval": "interval", "completed series": "series"}


def schedule_of(content: Json, conflicts: tuple[Conflict, ...] = ()) -> Schedule:
    """The tables of one antigen."""
    root = content.get("antigenSupportingData", content)
    series = tuple(_series(each) for each in root["series"])
    return Schedule(
        antigen=root["series"][0]["targetDisease"],
        series=series,
        forbidden=_forbidden(root.get("contraindications") or {}),
        immunity=_immunity(root.get("immunity") or {}),
        conflicts=conflicts,
    )


def conflicts_of(content: Json) -> tuple[Conflict, ...]:
    """Conflicts of live vaccines in the schedule file."""
    root = content.get("scheduleSupportingData", content)
    return tuple(
        Conflict(
            previous=each["previous"]["cvx"],
            current=each["current"]["cvx"],
            begin=period(each["conflictBeginInterval"]),
            end=period(each["conflictEndInterval"]),
            end_if_valid=period(each["minConflictEndInterval"]),
        )
        for each in root["liveVirusConflicts"]["liveVirusConflict"]
    )


def programme_of(content: Json, schedules: Mapping[str, Schedule]) -> Programme:
    """Which antigens a vaccine carries and what is given together, over `schedules`."""
    root = content.get("scheduleSupportingData", content)
    return Programme(
        schedules=schedules,
        antigens={
            each["cvx"]: frozenset(one["antigen"] for one in each["association"])
            for each in root["cvxToAntigenMap"]["cvxMap"]
        },
        groups={
            each["name"]: tuple(each["antigen"])
            for each in root["vaccineGroupToAntigenMap"]["vaccineGroupMap"]
        },
        whole=frozenset(
            each["name"]
            for each in root["vaccineGroups"]["vaccineGroup"]
            if each.get("administerFullVaccineGroup") == "Yes"
        ),
    )


def observations_of(content: Json) -> dict[tuple[str, str], str]:
    """(code system in capitals, code) -> CDSi's own code of the observation."""
    root = content.get("scheduleSupportingData", content)
    found = {}
    for each in root["observations"]["observation"]:
        found["CDSI", each["observationCode"]] = each["observationCode"]
        for coded in (each.get("codedValues") or {}).get("codedValue") or ():
            found[coded["codeSystem"].upper(), coded["code"]] = each["observationCode"]
    return found


def _series(raw: Json) -> Series:
    chosen = raw["selectSeries"]
    return Series(
        code=raw["seriesName"],
        steps=tuple(_step(number, each) for number, each in enumerate(raw["seriesDose"], 1)),
        risk=raw["seriesType"] == "Risk",
        default=chosen.get("defaultSeries") == "Yes",
        product_path=chosen.get("productPath") == "Yes",
        group=chosen["seriesGroup"],
        priority=chosen.get("seriesPriority") or "A",
        preference=int(chosen.get("seriesPreference") or 1),
        min_age_to_start=_length(chosen, "minAgeToStart"),
        max_age_to_start=_length(chosen, "maxAgeToStart"),
        sex=frozenset(each[0].upper() for each in raw.get("requiredGender") or ()),
        indications=tuple(
            Indication(
                observation=each["observationCode"]["code"],
                begin=_length(each, "beginAge"),
                end=_length(each, "endAge"),
            )
            for each in raw.get("indication") or ()
        ),
        equivalent=_codes(raw.get("equivalentSeriesGroups")),
    )


def _step(number: int, raw: Json) -> Step:
    season = raw.get("seasonalRecommendation") or {}
    return Step(
        number=number,
        ages=tuple(
            AgeRule(
                **_dates(each),
                absolute=_length(each, "absMinAge"),
                minimum=_length(each, "minAge"),
                recommended=_length(each, "earliestRecAge"),
                latest=_length(each, "latestRecAge"),
                maximum=_length(each, "maxAge"),
            )
            for each in raw.get("age") or ()
        ),
        intervals=tuple(_interval(each) for each in raw.get("interval") or ()),
        allowable_intervals=tuple(_interval(each) for each in raw.get("allowableInterval") or ()),
        preferred=tuple(_vaccine(each, True) for each in raw.get("preferableVaccine") or ()),
        allowed=tuple(_vaccine(each, False) for each in raw.get("allowableVaccine") or ()),
        inadvertent=frozenset(each["cvx"] for each in raw.get("inadvertentVaccine") or ()),
        skips=tuple(_skip(each) for each in raw.get("conditionalSkip") or ()),
        recurring=raw.get("recurringDose") == "Yes",
        season_start=_day(season, "startDate"),
        season_end=_day(season, "endDate"),
    )


def _interval(raw: Json) -> IntervalRule:
    source, step = Source.PREVIOUS, 0
    if raw.get("fromTargetDose"):
        source, step = Source.STEP, int(raw["fromTargetDose"])
    elif raw.get("fromMostRecent"):
        source = Source.VACCINE
    elif raw.get("fromRelevantObs"):
        source = Source.OBSERVATION
    return IntervalRule(
        **_dates(raw),
        source=source,
        step=step,
        vaccines=_codes(raw.get("fromMostRecent")),
        observation=(raw.get("fromRelevantObs") or {}).get("code", ""),
        absolute=_length(raw, "absMinInt"),
        minimum=_length(raw, "minInt"),
        recommended=_length(raw, "earliestRecInt"),
        latest=_length(raw, "latestRecInt"),
    )


def _vaccine(raw: Json, preferred: bool) -> VaccineRule:
    return VaccineRule(
        vaccine=raw["cvx"],
        begin=_length(raw, "beginAge"),
        end=_length(raw, "endAge"),
        maker=raw.get("mvx") or "",
        offered=preferred and raw.get("forecastVaccineType") == "Y",
    )


def _skip(raw: Json) -> Skip:
    context = raw["context"]
    return Skip(
        sets=tuple(
            SkipSet(
                tuple(_condition(one) for one in each["condition"]),
                every=each.get("conditionLogic") != "OR",
            )
            for each in raw["set"]
        ),
        every=raw.get("setLogic") == "AND",
        evaluation=context in {"Evaluation", "Both"},
        forecast=context in {"Forecast", "Both"},
    )


def _condition(raw: Json) -> Condition:
    kind = raw["conditionType"].lower()
    return Condition(
        kind=_KINDS.get(kind, "count"),
        begin=_length(raw, "beginAge"),
        end=_length(raw, "endAge"),
        interval=_length(raw, "interval"),
        start=_day(raw, "startDate"),
        finish=_day(raw, "endDate"),
        count=int(raw.get("doseCount") or 0),
        compare=_COMPARE[(raw.get("doseCountLogic") or "greater than").lower()],
        valid_only=raw.get("doseType") != "Total",
        vaccines=_codes(raw.get("vaccineTypes")),
        group=raw.get("seriesGroups") or "",
    )


def _forbidden(raw: Json) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for each in (raw.get("vaccine") or {}).get("contraindication") or ():
        found[each["observationCode"]] = frozenset(
            one["cvx"] for one in each["contraindicatedVaccine"]
        )
    for each in (raw.get("vaccineGroup") or {}).get("contraindication") or ():
        found[each["observationCode"]] = frozenset()
    return found


def _immunity(raw: Json) -> Immunity:
    births = raw.get("dateOfBirth") or {}
    return Immunity(
        observations=frozenset(each["guidelineCode"] for each in raw.get("clinicalHistory") or ()),
        born_before=_day(births, "immunityBirthDate"),
        not_with=frozenset(each["exclusionCode"] for each in births.get("exclusion") or ()),
    )


def _dates(raw: Json) -> dict[str, date | None]:
    return {"since": _day(raw, "effectiveDate"), "until": _day(raw, "cessationDate")}


def _length(raw: Json, name: str) -> Period | None:
    return period(raw[name]) if raw.get(name) else None


def _day(raw: Json, name: str) -> date | None:
    return date.fromisoformat(raw[name]) if raw.get(name) else None


def _codes(text: str | None) -> frozenset[str]:
    return frozenset(each.strip() for each in (text or "").split(";") if each.strip())
