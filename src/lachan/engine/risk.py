"""How a hazard becomes a chance: whole numbers only, so that every machine gives the same one.

A hazard is counted in millionths; a chance of 1 is `ONE`.  Chances that people read are
millionths, rounded down.
"""

from fractions import Fraction

#: Millionths in a whole: the unit of hazards and of the chances people read.
MILLION = 1_000_000

#: Bits of a chance inside the arithmetic: two of them multiply within 64 bits.
BITS = 30
ONE = 1 << BITS

#: From this hazard on (2^25 millionths, about 33.6) nobody escapes: exp(-33.6) is below 2^-48.
CERTAIN_BITS = 25
CERTAIN = 1 << CERTAIN_BITS


def exact_exp_minus(hazard: int) -> int:
    """exp(-hazard millionths) in units of 1/ONE, rounded to the nearest, by its series."""
    exponent = Fraction(hazard, MILLION)
    # exp(-x) = 1 / exp(x); the series of positive terms has no cancellation.
    term = total = Fraction(1)
    step = 0
    while term > Fraction(1, ONE * ONE):
        step += 1
        term = Fraction(int(term * exponent / step * ONE**4), ONE**4)
        total += term
    return int(ONE / total + Fraction(1, 2))


#: exp(-2^k millionths) for every bit k of a hazard, in units of 1/ONE.
FACTORS = tuple(exact_exp_minus(1 << bit) for bit in range(CERTAIN_BITS))


def escape(hazard: int) -> int:
    """The chance to stay uninfected under a hazard in millionths, in units of 1/ONE.

    One factor for every bit of the hazard, each product rounded down: within 30 / ONE of exp.
    """
    if hazard >= CERTAIN:
        return 0
    chance = ONE
    for bit in range(CERTAIN_BITS):
        if hazard >> bit & 1:
            chance = chance * FACTORS[bit] >> BITS
    return chance
