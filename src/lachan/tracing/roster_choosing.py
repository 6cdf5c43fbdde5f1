"""Choosing groups of a list: the case's own first, the others by search, all in the URL."""

from typing import Any

from django.http import QueryDict

from lachan.formats.listed import Listed, RefusedRow
from lachan.formats.vietnamese import fold
from lachan.tracing.models import Roster
from lachan.tracing.roster_reading import (
    EVERYBODY,
    Group,
    groups_of,
    has_shifts,
    outcome,
    people_of,
    row_of_case,
    shifts_of,
    tokens_of,
)

#: Groups of one kind shown at once; the search finds the others.
SHOWN = 24

#: Groups that are close quarters by what they are; the case's own are chosen beforehand.
NEAR = ("line", "class", "room", "vehicle", "table", "row")


def choices_for(roster: Roster, asked: QueryDict) -> dict[str, Any]:
    """What the page shows: chosen groups, found groups, shifts, and what an import would give."""
    people = people_of(roster)
    own = row_of_case(roster.case, people)
    of_list = groups_of(roster, people)
    chosen = _chosen(roster, asked, own, of_list)
    shifts = shifts_of(people)
    shift = asked.get("shift", own.group("shift") if own else roster.shift)
    found = outcome(roster, people, close=chosen, shift=shift, own=own)
    return {
        "own": own,
        "own_groups": [of_list[token] for token in _near(roster, own) if token in of_list],
        "chosen": [(of_list[token], found.by_group[token]) for token in chosen if token in of_list],
        "kinds": _found(of_list, chosen, asked.get("q", "")),
        "q": asked.get("q", ""),
        "everybody": of_list.get(EVERYBODY),
        "all_chosen": EVERYBODY in chosen,
        "shifts": list(shifts.items()),
        "shift": shift,
        "outcome": found,
    }


def _chosen(
    roster: Roster, asked: QueryDict, own: Listed | None, of_list: dict[str, Group]
) -> list[str]:
    """What the address says; before anybody chose, what was imported or the case's own groups."""
    if "close" in asked or "q" in asked or "shift" in asked:
        tokens = asked.getlist("close")
    else:
        tokens = list(roster.close) or _near(roster, own)
    return [token for token in dict.fromkeys(tokens) if token in of_list]


def _near(roster: Roster, own: Listed | RefusedRow | None) -> list[str]:
    if own is None:
        return []
    tokens = tokens_of(own, shifts=has_shifts(roster))
    return [token for token in tokens if token.split(":")[0] in NEAR]


def _found(
    of_list: dict[str, Group], chosen: list[str], text: str
) -> list[tuple[str, list[Group], int]]:
    """(role, groups, how many more) of what is not chosen, by the search."""
    words = fold(text).split()
    kinds: dict[str, list[Group]] = {}
    for token, group in of_list.items():
        said = fold(f"{group.label} {group.shift}").split()
        if token == EVERYBODY or token in chosen:
            continue
        if all(any(each.startswith(word) for each in said) for word in words):
            kinds.setdefault(group.role, []).append(group)
    found = []
    for role, groups in kinds.items():
        groups.sort(key=_natural)
        found.append((role, groups[:SHOWN], max(0, len(groups) - SHOWN)))
    return found


def _natural(group: Group) -> list[tuple[int, str]]:
    """Line 2 before line 10."""
    words = fold(f"{group.label} {group.shift}").split()
    return [(int(word), "") if word.isdecimal() else (-1, word) for word in words]
