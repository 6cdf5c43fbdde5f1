"""Sentences of planning: what is missing at a session, works, gaps of the tree."""

from django.utils.translation import gettext as _

from lachan.ui.wording import number
from lachan.vaccination.allocation_breaks import TreeBreak
from lachan.vaccination.allocation_reading import Node

#: Warnings with which a session must not open; the others are to be looked at.
GRAVE = frozenset({"nobody_observes", "doses_short", "team_twice"})


def warning(code: str, count: int) -> dict[str, str]:
    """What is missing, as a chip: what to do stands in the words."""
    told = {"n": number(count)}
    text = {
        "no_team": _("no team yet"),
        "no_plan": _("not said for how many people"),
        "nobody_observes": _("nobody observes after the injection"),
        "tables_unmanned": _("tables without a vaccinator: %(n)s"),
        "team_twice": _("the team has another session at this time"),
        "doses_short": _("doses missing: %(n)s"),
        "doses_not_here": _("doses that must come first: %(n)s"),
        "slots_short": _("people without a slot: %(n)s"),
        "few_due": _("fewer people are due, by %(n)s"),
    }[code] % told
    grave = code in GRAVE
    return {
        "kind": "not" if grave else "need",
        "icon": "x" if grave else "alert-triangle",
        "text": text,
    }


def node_gaps(node: Node) -> list[dict[str, str]]:
    """What is open or does not fit at a store of the tree."""
    found = []
    if node.to_share < 0 and node.seen:
        found.append(("not", "x", _("shared out too much: %(n)s"), -node.to_share))
    if node.unexplained:
        found.append(("not", "x", _("not explained by the books: %(n)s"), abs(node.unexplained)))
    if node.difference:
        found.append(("not", "x", _("difference: %(n)s"), node.difference))
    if node.to_issue > 0:
        found.append(("need", "alert-triangle", _("decided, not issued: %(n)s"), node.to_issue))
    if node.on_the_way > 0:
        found.append(("need", "alert-triangle", _("on the way: %(n)s"), node.on_the_way))
    return [
        {"kind": kind, "icon": icon, "text": text % {"n": number(n)}}
        for kind, icon, text, n in found
    ]


def break_words(found: TreeBreak, entry: str, store: str) -> str:
    """An entry that breaks the tree."""
    told = {"entry": entry, "store": store, "n": number(abs(found.doses))}
    return {
        "unbalanced": _("%(entry)s of %(store)s does not sum to zero: %(n)s doses."),
        "overshared": _("%(entry)s: %(store)s shares out %(n)s doses more than it has."),
        "overissued": _("%(entry)s of %(store)s goes beyond its line by %(n)s doses."),
        "received_twice": _("%(entry)s of %(store)s takes in a delivery again: %(n)s doses."),
    }[found.code] % told
