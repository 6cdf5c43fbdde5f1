"""How large the story is and on which date it stands."""

from dataclasses import dataclass, replace
from datetime import date

#: Day 6 is the date of practice.md section 6 point 8 (15 Aug 2021, 15 Nov 2026); both are Sundays,
#: so day 0 is the Monday before.
STANDS = {"vn-2021": date(2021, 8, 9), "vn-2026": date(2026, 11, 9)}

#: Below this the factory cannot hold the planted line, room and bus besides an ordinary shift.
SMALLEST_FACTORY = 600

#: The planted line of 48 is what an ordinary line of the night shift has at 20,000 workers.
LINE_OF_NIGHT = 48


@dataclass(frozen=True, slots=True)
class Options:
    """Everything that decides the story; the same options give the same story.

    `acceptance` plants what the scenarios of practice.md section 7 need beside the factory.
    """

    seed: int = 2026
    stand: str = "vn-2026"
    workers: int = 2_000
    lines: int = 25
    workshops: int = 4
    buses: int = 40
    dormitories: int = 120
    households: int = 1_500
    shops: int = 8
    days: int = 15
    acceptance: bool = False

    def __post_init__(self) -> None:
        if self.stand not in STANDS:
            raise ValueError(f"There is no date {self.stand!r} to stand on: {', '.join(STANDS)}.")
        if self.workers < SMALLEST_FACTORY:
            raise ValueError(f"The factory needs at least {SMALLEST_FACTORY} workers.")

    @property
    def day_zero(self) -> date:
        """The first day of the story."""
        return STANDS[self.stand]


PRESETS = {
    "mac-dinh": Options(),
    "nghiem-thu": Options(seed=15, acceptance=True),
    "khu-cong-nghiep": Options(workers=20_000, lines=125, workshops=20, households=6_000),
}


def sized(options: Options, workers: int) -> Options:
    """The same story with another number of workers, with lines and households to match."""
    lines = max(PRESETS["mac-dinh"].lines, round(workers * 0.3 / LINE_OF_NIGHT))
    return replace(
        options,
        workers=workers,
        lines=lines,
        workshops=max(4, lines // 6),
        households=max(600, min(6_000, workers * 3 // 4)),
    )
