"""Errors with which somebody is written down a second time, as 2021 knew them.

A date with day and month swapped, only a year, a wrong digit, the old card instead of the new one,
a name in plain letters or capitals, Thị left out, the parts in another order, a slip in a letter,
somebody else's phone.
"""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from lachan.config.story.names import MIDDLE
from lachan.formats.vietnamese import fold
from lachan.people.linkage import Known


def phone(rng: Random) -> str:
    """A number that nobody has."""
    return f"09{rng.randrange(10**8):08}"


def plain(_rng: Random, known: Known) -> Known:
    """The name without its signs."""
    return replace(known, name=fold(known.name).title())


def capitals(_rng: Random, known: Known) -> Known:
    """The name in capitals."""
    return replace(known, name=known.name.upper())


def without_thi(_rng: Random, known: Known) -> Known:
    """Thị, Văn or another middle name left out."""
    left_out = {word for middle in MIDDLE.values() for word in middle}
    first, *rest = known.name.split()
    kept = [word for at, word in enumerate(rest) if at == len(rest) - 1 or word not in left_out]
    return replace(known, name=" ".join([first, *kept]))


def other_order(_rng: Random, known: Known) -> Known:
    """Given name first, as programs made abroad ask for it."""
    words = known.name.split()
    return replace(known, name=" ".join([words[-1], *words[:-1]]))


def slip(rng: Random, known: Known) -> Known:
    """One letter of a name hit twice, left out or taken for its neighbour."""
    at = rng.randrange(1, len(known.name))
    put = rng.choice(["", known.name[at] * 2, rng.choice("nhgaiutm")])
    return replace(known, name=" ".join((known.name[:at] + put + known.name[at + 1 :]).split()))


def year_only(_rng: Random, known: Known) -> Known:
    """Of the birth the year alone."""
    return replace(known, birth=known.birth[:4])


def swapped(_rng: Random, known: Known) -> Known:
    """Day and month swapped; where that is no day, the month alone."""
    year, _dash, rest = known.birth.partition("-")
    if len(rest) < 5 or int(rest[3:]) > 12:
        return replace(known, birth=known.birth[:7])
    return replace(known, birth=f"{year}-{rest[3:]}-{rest[:2]}")


def wrong_digit_birth(rng: Random, known: Known) -> Known:
    """The last digit of the year."""
    digit = rng.choice([each for each in "0123456789" if each != known.birth[3]])
    return replace(known, birth=known.birth[:3] + digit + known.birth[4:])


def no_card(_rng: Random, known: Known) -> Known:
    """No document at hand."""
    return replace(known, documents=())


def old_card(_rng: Random, known: Known) -> Known:
    """The old number where the new one was given before."""
    return replace(known, documents=tuple(each for each in known.documents if each[0] == "cmnd"))


def wrong_digit_card(rng: Random, known: Known) -> Known:
    """Of the last six: the first ones would not be a number at all."""
    wrong = []
    for kind, number in known.documents:
        at = rng.randrange(len(number) - 5, len(number))
        wrong.append((kind, number[:at] + str((int(number[at]) + 1) % 10) + number[at + 1 :]))
    return replace(known, documents=tuple(wrong))


def other_phone(rng: Random, known: Known) -> Known:
    """Somebody else's phone."""
    return replace(known, phones=((phone(rng), 0),))


def no_sex(_rng: Random, known: Known) -> Known:
    """The sex not asked."""
    return replace(known, sex="")


#: Every error by its name.
ERRORS: dict[str, Callable[[Random, Known], Known]] = {
    each.__name__: each
    for each in (
        *(plain, capitals, without_thi, other_order, slip),
        *(year_only, swapped, wrong_digit_birth),
        *(no_card, old_card, wrong_digit_card, other_phone, no_sex),
    )
}
