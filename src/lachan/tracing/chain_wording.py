"""Words of the chain page: what a row says, and why the chosen person is in the chain."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lachan.tracing.chain_tree import Cluster, Kind, Node
from lachan.tracing.level_wording import Words, meeting_words
from lachan.tracing.levels import CASE, Level
from lachan.tracing.models import Source
from lachan.ui import wording


def finding(counts: Mapping[str, int]) -> str:
    """The chain in one sentence: the label of the picture."""
    cases = counts.get("0", 0)
    around = sum(number for level, number in counts.items() if level != "0")
    text = ngettext(
        "%(cases)s case with %(around)s people around it",
        "%(cases)s cases with %(around)s people around them",
        cases,
    )
    return text % {"cases": wording.number(cases), "around": wording.number(around)}


def title(node: Node, names: Mapping[Cluster, str], who: str) -> str:
    """What a row is called."""
    if node.kind is Kind.CLUSTER and node.cluster is not None:
        if node.cluster.kind == "source":
            return source(node.cluster.id)
        return names.get(node.cluster) or _("A place without a name")
    return who or nobody()


def nobody() -> str:
    """In place of a name that is not open to this reader."""
    return _("Name not open to you")


def source(code: str) -> str:
    """How we know of a meeting."""
    return str(Source(code).label) if code in Source.values else _("Known in another way")


def below(node: Node) -> str:
    """Who is under a row: 2 F0 · 18 F1 · 97 F2."""
    return " · ".join(
        f"{wording.number(number)} F{level}" for level, number in sorted(node.below.items())
    )


def why(person: str, place: Level[Any], values: Mapping[str, Any], words: Words, at: str) -> str:
    """Why the chosen person stands where he stands; `at`: when a case was found positive."""
    if place.level == CASE:
        told = {"person": person, "time": at}
        return _("%(person)s is F0 because of a positive result %(time)s.") % told
    told = {
        "person": person,
        "level": str(place.level),
        "via": words.named(values.get("via")),
        "meeting": meeting_words(values, words),
    }
    text = _("%(person)s is F%(level)s because of %(via)s, %(meeting)s.") % told
    if place.certain:
        return text
    return " ".join([text, _("Nobody could say when everybody on this path met: possible.")])
