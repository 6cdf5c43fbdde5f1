"""The slow twins of what builds and checks the index: the definitions, without arrays."""

from collections.abc import Iterable, Sequence

#: As `kernels.summing`.
FOLD, STIR = 0x9E3779B97F4A7C15, 0x6A09E667F3BCC909

WORD = 2**64

VisitKey = tuple[int, int, int, int, int]  # venue, dwell class, start, end, person


def checksum(words: Sequence[int]) -> int:
    """Four sums, each over every fourth word; what is left over goes to the first of them."""
    lanes = [1, 2, 3, 4]
    whole = len(words) // 4 * 4
    for at, word in enumerate(words):
        lane = at % 4 if at < whole else 0
        lanes[lane] = folded(lanes[lane], word)
    total = len(words)
    for sum_of_lane in lanes:
        total = folded(total, sum_of_lane)
    return total ^ total >> 32


def folded(total: int, word: int) -> int:
    """One word more in a sum."""
    mixed = total ^ word * FOLD % WORD
    turned = (mixed << 31 | mixed >> 33) % WORD
    return turned * STIR % WORD


def dwell_class(minutes: int) -> int:
    """0 up to an hour, 1 up to four, 2 above."""
    return sum(minutes > most for most in (60, 240))


def by_venue(rows: Iterable[tuple[int, int, int, int]]) -> list[VisitKey]:
    """Visits (person, venue, start, end) as a run holds them, but for the order of equal starts."""
    return sorted(
        (venue, dwell_class(end - start), start, end, person) for person, venue, start, end in rows
    )
