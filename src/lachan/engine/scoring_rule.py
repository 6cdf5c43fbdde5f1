"""What an exposure score is made of: the figures of one disease's profile, all whole numbers."""

from dataclasses import dataclass

#: Kinds of meetings: visit, encounter, household, in the order of `meetings.Meetings.kind`.
KINDS = 3

#: Permille in a whole.
THOUSAND = 1_000

#: Largest rate accepted, millionths an hour: infection for certain within minutes.
RATE_MOST = 100_000_000

#: A meeting counts as at most so long (seconds; 31 days): keeps every product within 64 bits.
LONGEST = 31 * 86_400


class BadScoringError(ValueError):
    """The figures make no score; the message says which."""


@dataclass(frozen=True)
class Scoring:
    """The figures of one score.

    `rate[kind]`: hazard of one hour together at full weight and full infectiousness, millionths.
    `infectious`: permille of full infectiousness by whole days from the source's onset, the first
    entry at day `first_day` (negative: before onset); outside, the nearest entry counts.
    `unseen`: hazard, millionths, of everybody who met a source at all: for infections by ways that
    no register shows.
    `imputed`: where in the range from the least to the most possible overlap an imputed meeting is
    taken to lie, permille.
    `susceptible[0]`: permille of people with an unknown number of doses who can be infected at
    all; `susceptible[1 + d]` of people with `d` doses; more doses than entries: the last entry.
    `onset_after`: seconds from the start of the infectious window (or, for a contact, from when
    the rule lets it infect) to onset, where no onset is known.
    """

    rate: tuple[int, int, int]
    infectious: tuple[int, ...] = (THOUSAND,)
    first_day: int = 0
    unseen: int = 0
    imputed: int = THOUSAND // 2
    susceptible: tuple[int, ...] = (THOUSAND,)
    onset_after: int = 0

    def __post_init__(self) -> None:
        shares = (*self.infectious, *self.susceptible, self.imputed)
        if len(self.rate) != KINDS or not all(0 <= r <= RATE_MOST for r in self.rate):
            raise BadScoringError(f"rate needs three numbers from 0 to {RATE_MOST}")
        if not 0 <= self.unseen <= RATE_MOST:
            raise BadScoringError(f"unseen is a number from 0 to {RATE_MOST}")
        if not self.infectious or not self.susceptible:
            raise BadScoringError("infectious and susceptible need at least one entry each")
        if not all(0 <= share <= THOUSAND for share in shares):
            raise BadScoringError("infectious, susceptible and imputed are permille, 0 to 1000")
