"""Invented people of a province with records that were written wrongly on purpose.

Errors are those of `story.miswritten`.  Families, twins and namesakes are there to be taken for one
another.
"""

import calendar
from dataclasses import dataclass, replace
from random import Random

from lachan.config.story import miswritten
from lachan.config.story.names import FAMILY, GIVEN, kinh, of_people
from lachan.people.linkage import Known

#: Share of the people who have a second record, of those a third one.
TWICE, THRICE = 0.12, 0.1
#: People of one commune.
COMMUNE = 8_000
#: People of one dormitory, with one telephone.
DORMITORY = 30


@dataclass(frozen=True, slots=True)
class Record:
    """One record, and who it truly is."""

    who: int
    known: Known


def invent(people: int, seed: int) -> list[Record]:
    """Records of `people` people, in no order."""
    rng = Random(seed)
    made = [Record(who, known) for who, known in enumerate(_true(rng, people))]
    again = []
    for each in made:
        if rng.random() < TWICE:
            again.append(Record(each.who, _wrong(rng, each.known)))
            if rng.random() < THRICE:
                again.append(Record(each.who, _wrong(rng, each.known)))
    found = made + again
    rng.shuffle(found)
    return found


def _true(rng: Random, people: int) -> list[Known]:
    """Households under one telephone, workers of dormitories, twins and namesakes."""
    found: list[Known] = []
    while len(found) < people:
        commune = len(found) // COMMUNE + 1
        draw = rng.random()
        if draw < 0.02:
            phone = miswritten.phone(rng)
            found += [_somebody(rng, commune, phone) for _ in range(DORMITORY)]
        elif draw < 0.03:
            found += _twins(rng, commune)
        else:
            found += _household(rng, commune)
    return found[:people]


def _household(rng: Random, commune: int) -> list[Known]:
    family = rng.choices(list(FAMILY), list(FAMILY.values()))[0]
    phone = miswritten.phone(rng)
    head = _somebody(rng, commune, phone, family)
    return [head, *(_somebody(rng, commune, phone, family) for _ in range(rng.randrange(4)))]


def _twins(rng: Random, commune: int) -> list[Known]:
    """One birth date, one family and middle name, one telephone, numbers that follow each other."""
    one = _somebody(rng, commune, miswritten.phone(rng))
    words = one.name.split()
    sex = "F" if one.sex == "female" else "M"
    given = rng.choice([each for each in GIVEN[sex] if each != words[-1]])
    other = replace(one, name=" ".join([*words[:-1], given]))
    documents = tuple((kind, f"{int(number) + 1:0{len(number)}}") for kind, number in one.documents)
    return [one, replace(other, documents=documents)]


def _somebody(rng: Random, commune: int, phone: str, family: str | None = None) -> Known:
    sex = rng.choice("FM")
    if family is None and rng.random() < 0.05:
        name = of_people(rng, sex, rng.choice(["02", "07", "08"])).name
    else:
        name = kinh(rng, sex, family).name
    year = rng.randrange(1935, 2012)
    month = rng.randrange(1, 13)
    born = f"{year}-{month:02}-{rng.randrange(1, calendar.monthrange(year, month)[1] + 1):02}"
    if year < 1956 and rng.random() < 0.3:
        born = born[:4]
    return Known(
        name=name,
        birth=born,
        sex="female" if sex == "F" else "male",
        documents=_cards(rng, sex, year),
        phones=((phone, 0),) if rng.random() < 0.9 else (),
        commune=commune,
    )


def _cards(rng: Random, sex: str, year: int) -> tuple[tuple[str, str], ...]:
    """The card of twelve digits, for some the old one of nine beside it, for some none."""
    digit = 2 * (year // 100 - 19) + (sex == "F")
    cccd = f"024{digit}{year % 100:02}{rng.randrange(10**6):06}"
    cmnd = f"1{rng.randrange(10**8):08}"
    draw = rng.random()
    if draw < 0.70:
        return (("cccd", cccd),)
    if draw < 0.85:
        return (("cccd", cccd), ("cmnd", cmnd))
    return (("cmnd", cmnd),) if draw < 0.93 else ()


def _wrong(rng: Random, true: Known) -> Known:
    """The same person written again: as quickly as a queue of three hundred allows."""
    # A name in plain letters is the commonest of all.
    errors = [miswritten.plain, *miswritten.ERRORS.values()]
    written = true
    for error in rng.sample(errors, rng.choices((0, 1, 2, 3), (10, 45, 35, 10))[0]):
        written = error(rng, written)
    return written
