"""One row of the answer of the pair path, and its reasons as codes that a room above words."""

from collections.abc import Sequence
from typing import NamedTuple

from lachan.engine.meetings import WHOLE
from lachan.engine.pair_rule import Minimum, PairRule

#: How sure a contact is: by the shortest, the assumed, or only the longest lengths that ends
#: nobody recorded may have.  The first is `certain`, the others are `possible`.
LEAST, ASSUMED, MOST = 0, 1, 2

#: code -> placeholders of its sentence.  Seconds are seconds of exposure (weight x time).
REASONS: dict[str, tuple[str, ...]] = {
    "total_reached": ("seconds", "minimum", "sources"),
    "one_source_reached": ("source", "seconds", "minimum"),
    "one_meeting_reached": ("seconds", "minimum"),
    "met_at_all": ("seconds",),
    "met_at_places": ("seconds", "venues"),
    "met_closely": ("seconds",),
    "lives_with": ("seconds",),
    "possible_as_assumed": ("least", "assumed", "open_minutes"),
    "possible_at_most": ("assumed", "most", "open_minutes"),
    "possible_by_source": ("source",),
    "cleared_by_negative": ("sampled_at", "last_at", "hours"),
}


class Reason(NamedTuple):
    """Why, as a code of `REASONS` (or `recomputing.CAUSES`) with the values it is told with."""

    code: str
    values: dict[str, int | str]


class PairContact(NamedTuple):
    """A person reached at `hop`.  Exposures are milliseconds: permille of weight x seconds.

    `least`, `exposure`, `most`: to all sources of the hop before, with ends nobody recorded at
    their shortest, assumed and longest lengths.  `sure` says by which of them the person is
    reached: `LEAST`, `ASSUMED` or `MOST`.  All other figures are told by the assumed lengths,
    or by the longest where only these reach the person.

    `via`: the source with most exposure, `one_source` what it is; of several the smallest by
    code point.  `first_at`, `last_at`: start of the first and end of the last meeting.
    `one_meeting`: the longest uninterrupted one.  `venues`, `sources`: how many distinct ones.
    `place`, `encounter`, `household`: exposure by kind of evidence.  `imputed`: a meeting rests
    on an end nobody recorded.  `cleared_at`: when the earliest negative test was taken that keeps
    this contact from being a source; None when there is none.
    """

    person: str
    hop: int
    via: str
    first_at: int
    last_at: int
    least: int
    exposure: int
    most: int
    one_source: int
    one_meeting: int
    sources: int
    venues: int
    place: int
    encounter: int
    household: int
    imputed: bool
    sure: int
    cleared_at: int | None

    @property
    def certain(self) -> bool:
        """Whether the person is a contact however early the ends nobody recorded were."""
        return self.sure == LEAST

    @property
    def seconds_least(self) -> int:
        """Whole seconds of `least`."""
        return self.least // WHOLE

    @property
    def seconds(self) -> int:
        """Whole seconds of `exposure`."""
        return self.exposure // WHOLE

    @property
    def seconds_most(self) -> int:
        """Whole seconds of `most`."""
        return self.most // WHOLE


def is_reached(minimum: Minimum, total: int, one_source: int, one_meeting: int) -> bool:
    """Whether exposures in milliseconds reach every figure of `minimum`."""
    return (
        total >= minimum.total * WHOLE
        and one_source >= minimum.one_source * WHOLE
        and one_meeting >= minimum.one_meeting * WHOLE
    )


def reasons(contact: PairContact, rule: PairRule) -> list[Reason]:
    """Why `contact` is one, in the order of being told: which minimum, by what, how sure."""
    told = [
        *_minimum_reasons(contact, rule),
        *_evidence_reasons(contact),
        *_sureness_reasons(contact, rule),
    ]
    if contact.cleared_at is not None and rule.negative_hours is not None:
        values = {
            "sampled_at": contact.cleared_at,
            "last_at": contact.last_at,
            "hours": rule.negative_hours,
        }
        told.append(Reason("cleared_by_negative", {**values}))
    return told


def _minimum_reasons(contact: PairContact, rule: PairRule) -> list[Reason]:
    """The figures of the first minimum of the rule that the told exposures reach."""
    total = contact.most if contact.sure == MOST else contact.exposure
    minimum = next(
        each
        for each in rule.minima
        if is_reached(each, total, contact.one_source, contact.one_meeting)
    )
    seconds = total // WHOLE
    told = []
    if minimum.total:
        values = {"seconds": seconds, "minimum": minimum.total, "sources": contact.sources}
        told.append(Reason("total_reached", {**values}))
    if minimum.one_source:
        told.append(
            Reason(
                "one_source_reached",
                {
                    "source": contact.via,
                    "seconds": contact.one_source // WHOLE,
                    "minimum": minimum.one_source,
                },
            )
        )
    if minimum.one_meeting:
        longest = contact.one_meeting // WHOLE
        values = {"seconds": longest, "minimum": minimum.one_meeting}
        told.append(Reason("one_meeting_reached", {**values}))
    return told or [Reason("met_at_all", {"seconds": seconds})]


def _evidence_reasons(contact: PairContact) -> list[Reason]:
    """What kinds of evidence the exposure rests on."""
    told = []
    if contact.place:
        values = {"seconds": contact.place // WHOLE, "venues": contact.venues}
        told.append(Reason("met_at_places", {**values}))
    if contact.encounter:
        told.append(Reason("met_closely", {"seconds": contact.encounter // WHOLE}))
    if contact.household:
        told.append(Reason("lives_with", {"seconds": contact.household // WHOLE}))
    return told


def _sureness_reasons(contact: PairContact, rule: PairRule) -> Sequence[Reason]:
    """What a merely possible contact depends on."""
    _, assumed, most = rule.open_lengths
    if contact.sure != LEAST and not contact.imputed:
        return [Reason("possible_by_source", {"source": contact.via})]
    if contact.sure == ASSUMED:
        values = {"least": contact.seconds_least, "assumed": contact.seconds}
        return [Reason("possible_as_assumed", {**values, "open_minutes": assumed})]
    if contact.sure == MOST:
        values = {"assumed": contact.seconds, "most": contact.seconds_most}
        return [Reason("possible_at_most", {**values, "open_minutes": most})]
    return []
