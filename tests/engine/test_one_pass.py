"""Why hops are not computed together in one pass over the days, however long the latent time."""

from lachan.engine import naive
from lachan.engine.rule import Rule

DAY, HOUR = 86_400, 3_600


def test_a_later_meeting_with_a_case_takes_back_what_came_of_an_earlier_one() -> None:
    def meet(a: str, b: str, day: int) -> naive.EncounterRow:
        return a, b, day * DAY, day * DAY + HOUR

    meetings = [
        meet("case", "F1", 0),
        meet("F1", "F2", 2),
        meet("F2", "she", 4),  # on day 4 she is an F3, infectious from day 5 on
        meet("she", "friend", 6),
        meet("case", "she", 8),  # on day 8 she is an F1, infectious from day 9 on
    ]
    rule = Rule(hops=4, min_seconds=900, latent_seconds=DAY)

    found = naive.trace([], meetings, [("case", 0, None)], rule)

    assert [(contact.person, contact.hop) for contact in found] == [
        ("F1", 1),
        ("she", 1),
        ("F2", 2),
    ]
