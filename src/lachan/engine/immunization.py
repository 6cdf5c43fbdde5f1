"""What a person's doses are worth, and which dose is due when.

`assess` looks at one antigen: every series of its schedule is walked with the doses in order of
their day, the best series is chosen, and the next dose is forecast.  `assess_all` does so for every
antigen of a programme and joins what is given together.

The method is that of CDC's clinical decision support for immunization (CDSi, logic specification
4): a dose is *valid* when it satisfies the next step of its series, *not_valid* when it has to be
repeated, *extraneous* when it neither counts nor needs to be repeated, *substandard* when it was
spoilt.  Nothing here knows a disease, a product or a country: all of that is in the tables.
"""

from collections.abc import Iterable
from datetime import date

from lachan.engine.immunization_answers import Assessment, Forecast, Given, Person
from lachan.engine.immunization_choosing import choose
from lachan.engine.immunization_joining import joined
from lachan.engine.immunization_schedule import Programme, Schedule


def assess(
    schedule: Schedule,
    person: Person,
    doses: Iterable[Given],
    day: date,
    others: Iterable[Given] = (),
) -> Assessment:
    """Judge `doses` of the schedule's antigen and forecast the next one as of `day`.

    `others` are the person's doses of other antigens, for conflicts of live vaccines.  Doses after
    `day` are judged too: they are planned, or `day` is in the past.
    """
    return choose(schedule, person, tuple(doses), day, tuple(others))


def assess_all(
    programme: Programme, person: Person, doses: Iterable[Given], day: date
) -> tuple[dict[str, Assessment], dict[str, Forecast]]:
    """Assessments by antigen and joined forecasts by group of a programme."""
    given = tuple(doses)
    found = {}
    for antigen, schedule in programme.schedules.items():
        carried = [antigen in programme.antigens.get(each.vaccine, ()) for each in given]
        found[antigen] = assess(
            schedule,
            person,
            (each for each, has in zip(given, carried, strict=True) if has),
            day,
            (each for each, has in zip(given, carried, strict=True) if not has),
        )
    return found, joined(programme, found)
