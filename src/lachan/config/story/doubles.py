"""People of the story who are written down a second time, with errors made on purpose.

The world knows who each of them truly is; only tests and `lachan people matching --story` ask it.
"""

from dataclasses import dataclass
from random import Random

from lachan.config.story.miswritten import ERRORS
from lachan.config.story.world import Birth, Person, World
from lachan.people.linkage import Known

#: Every so many people somebody has a second record.
EVERY = 20
#: How many errors a second record has, and how often of a hundred.
COUNTS = {1: 60, 2: 40}
SEXES = {"F": "female", "M": "male"}
#: Documents that carry the number somebody keeps for life.
NUMBERS = {"cccd": "cccd", "birth_certificate": "cccd", "cmnd": "cmnd"}


@dataclass(frozen=True, slots=True)
class Double:
    """A second record: of whom it truly is, what is wrong with it, and what it says."""

    person: int
    errors: tuple[str, ...]
    known: Known


def written_again(world: World) -> list[Double]:
    """Every second record of the story; the same for the same options."""
    rng = Random(f"{world.options.seed}:doubles")
    able = [index for index, row in enumerate(world.people) if not row.excluded]
    chosen = sorted(rng.sample(able, len(able) // EVERY))
    return [_double(rng, index, known_of(world.people[index])) for index in chosen]


def _double(rng: Random, index: int, true: Known) -> Double:
    """Errors that change something: nobody without a Thị loses it."""
    wanted = rng.choices(list(COUNTS), list(COUNTS.values()))[0]
    names = list(ERRORS)
    rng.shuffle(names)
    written, made = true, []
    for name in names:
        changed = ERRORS[name](rng, written)
        if changed != written:
            written = changed
            made.append(name)
        if len(made) == wanted:
            break
    return Double(index, tuple(made), written)


def known_of(person: Person) -> Known:
    """The first record, as the register has it."""
    return Known(
        name=person.name,
        birth=_birth(person.written),
        sex=SEXES[person.sex],
        documents=tuple(
            (NUMBERS[each.kind], each.number) for each in person.documents if each.kind in NUMBERS
        ),
        phones=tuple((phone, 0) for phone in person.phones),
        commune=int(person.stay.commune),
    )


def _birth(written: Birth) -> str:
    """In ISO, as far as it is known."""
    parts = [f"{written.year:04}", *(f"{each:02}" for each in (written.month, written.day) if each)]
    return "-".join(parts)
