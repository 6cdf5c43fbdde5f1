"""What a tube says of one person in it: a single answer for page, slip, message, PDF and rules.

A pool result is never a person's result.  Source: field.md section 2.4 D; Decision 3486/QĐ-BYT of
August 2020 (a positive pool means a new sample from each person), read in the press.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class AnswerState(StrEnum):
    """How far a person's result is, and what it says."""

    PENDING = "pending"
    NEGATIVE = "negative"
    NEGATIVE_BY_POOL = "negative_by_pool"
    #: The shared tube is positive: each person in it is sampled alone, and nobody is positive.
    POOL_POSITIVE = "pool_positive"
    POSITIVE = "positive"
    #: A positive that makes no case yet: another test has to confirm it.
    PROVISIONAL = "provisional"
    #: Tested without an answer: invalid or indeterminate.
    UNCLEAR = "unclear"
    REJECTED = "rejected"
    MISSING = "missing"
    #: A result was released, and it does not stand any more; nothing has taken its place yet.
    WITHDRAWN = "withdrawn"


#: What may stand on a paper: an answer about the person.  A positive pool is none.
ON_PAPER = frozenset(
    {
        AnswerState.NEGATIVE,
        AnswerState.NEGATIVE_BY_POOL,
        AnswerState.POSITIVE,
        AnswerState.PROVISIONAL,
    }
)

#: What a rule may know of a state.
_SAYS = {
    AnswerState.NEGATIVE: "negative",
    AnswerState.NEGATIVE_BY_POOL: "negative",
    AnswerState.POSITIVE: "positive",
}

#: States that say nothing of a person, and after which what was said before no longer counts.
_SILENT = frozenset({AnswerState.POOL_POSITIVE, AnswerState.PROVISIONAL})


@dataclass(frozen=True, slots=True)
class Known:
    """What is on record of a tube.

    `shared`: it takes more than one person.  `outcome`: of the released result that stands, ""
    where none does.  `confirms`: that a positive makes a case.  `fell`: a result was released and
    was withdrawn or corrected.  `refused`: by the laboratory, in its newest word.  `lost`: declared
    missing and not found again.
    """

    shared: bool = False
    outcome: str = ""
    confirms: bool = True
    fell: bool = False
    refused: bool = False
    lost: bool = False


def answer_state(known: Known) -> AnswerState:
    """What the tube says of each person in it.  A result that stands outweighs all before it: a
    tube that was lost and found again may have been tested."""
    if known.outcome:
        return _of_result(known)
    if known.refused:
        return AnswerState.REJECTED
    if known.lost:
        return AnswerState.MISSING
    return AnswerState.WITHDRAWN if known.fell else AnswerState.PENDING


def _of_result(known: Known) -> AnswerState:
    if known.outcome == "negative":
        return AnswerState.NEGATIVE_BY_POOL if known.shared else AnswerState.NEGATIVE
    if known.outcome != "positive":
        return AnswerState.UNCLEAR
    if known.shared:
        return AnswerState.POOL_POSITIVE
    return AnswerState.POSITIVE if known.confirms else AnswerState.PROVISIONAL


def outcome_for_rules(newest_first: Iterable[AnswerState]) -> tuple[int, str] | None:
    """Which of a person's states a rule may know, as (place, outcome), None where none.

    A state without an answer is passed over.  A positive pool and an unconfirmed positive stop the
    search: whoever waits for his own test is not "negative" by an older one.
    """
    for place, state in enumerate(newest_first):
        if state in _SILENT:
            return None
        if state in _SAYS:
            return place, _SAYS[state]
    return None
