"""Chuỗi: a chain as rows that can be walked with the keyboard, with time beside them."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.people.selectors import PersonCard
from lachan.tracing import access, chain_access, chain_drawing, chain_selectors, chain_wording
from lachan.tracing.asked import TRACERS
from lachan.tracing.case_heads import case_head
from lachan.tracing.chain_selectors import Chain
from lachan.tracing.chain_tree import Cluster, Kind, Row, keys_to, opened_at_first, rows, short
from lachan.tracing.level_selectors import words_for
from lachan.tracing.level_views import rule_shown
from lachan.tracing.level_wording import Words, given, sentence, standing
from lachan.tracing.levels import path
from lachan.tracing.models import Case
from lachan.ui.pages import Page
from lachan.ui.wording import moment

#: Rows on one page: 10 parts of the picture, about 150 KB.
ROWS = 200

#: How wide the time may be drawn, in pages of the screen.
ZOOMS = (1, 2, 4)

#: Meetings listed beside the picture; the rest are counted.
MEETINGS = 12

#: Keys that an address may carry; more are cut, so that it stays an address.
KEYS = 150


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: what is open (None: nobody chose) and the row to open or close,
    whom, how wide, which page."""

    opened: frozenset[str] | None
    toggled: str
    person: UUID | None
    zoom: int
    page: int

    @classmethod
    def of(cls, request: SignedInRequest) -> "Asked":
        """Read it; what cannot be read is as if it were not there."""
        text = request.GET.get("open")
        zoom, page = request.GET.get("zoom", "1"), request.GET.get("page", "1")
        return cls(
            None if text is None else frozenset(text.split("~")[:KEYS]) - {""},
            request.GET.get("toggle", ""),
            _uuid(request.GET.get("person", "")),
            int(zoom) if zoom in {str(one) for one in ZOOMS} else 1,
            max(1, int(page)) if page.isdecimal() and len(page) < 6 else 1,
        )

    def effective(self, around: Chain) -> "Asked":
        """The same with what is open now: what was, the row pressed, what leads to the chosen."""
        opened = opened_at_first(around.roots) if self.opened is None else set(self.opened)
        person = self.person if self.person in around.places else None
        if self.toggled:
            opened ^= {self.toggled}
        elif person is not None:
            opened |= set(keys_to(around.roots, person))
        return replace(self, opened=frozenset(opened), toggled="", person=person)

    @property
    def keys(self) -> str:
        """What is open, as the address carries it."""
        return "~".join(sorted(self.opened or ())[:KEYS])

    def address(self, **other: Any) -> str:
        """The query for the same page with something else in it."""
        values: dict[str, Any] = {
            "open": self.keys,
            "person": self.person,
            "zoom": self.zoom,
            "page": self.page,
        } | other
        return f"?{urlencode({key: value for key, value in values.items() if value}, safe='~')}"


@require_GET
@guarded(*TRACERS, purpose="tracing")
def chain(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """The chain of a case: rows, time, and why the chosen person is in it."""
    found = access.case_for(request.principal, case_id)
    around = chain_selectors.chain_around(found)
    asked = Asked.of(request).effective(around)
    listed = rows(around.roots, set(asked.opened or ()))
    first = min((asked.page - 1) * ROWS, max(0, (len(listed) - 1) // ROWS * ROWS))
    shown = listed[first : first + ROWS]
    chosen = asked.person
    cards = chain_access.cards_for(request.principal, _persons(shown, around, chosen))
    line = list(path(around.places, chosen)) if chosen is not None else []
    scale = chain_drawing.scale_of(listed, int(now().timestamp()), asked.zoom)
    parts = chain_drawing.parts_of(
        listed, first, first + len(shown), scale, line, int(now().timestamp())
    )
    names = chain_selectors.cluster_names(
        row.node.cluster for row in shown if row.node.cluster is not None
    )
    context = case_head(found, "tracing:chain") | {
        "counts": standing(around.counts()),
        "finding": chain_wording.finding(around.counts()),
        "rule": rule_shown(around.rule),
        "now": now(),
        "parts": [(part, _shown(part.rows, around, asked, cards, names)) for part in parts],
        "scale": scale,
        "ticks": scale.ticks(),
        "zooms": _zooms(asked),
        "all_closed": f"{asked.address(open='', page='')}&open=",
        "asked": asked,
        "page": _page(asked, first, len(shown), len(listed)),
        "chosen": _chosen(around, found, chosen, cards) if chosen is not None else None,
        "row": chain_drawing.ROW,
        "head": chain_drawing.HEAD,
    }
    return render(request, "tracing/chain.html", context)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _persons(shown: list[Row], around: Chain, chosen: UUID | None) -> set[UUID]:
    """Whom the page names: its rows, the chosen one's path and whom he met."""
    found = {row.node.person for row in shown if row.node.person is not None}
    if chosen is not None:
        met = chain_selectors.meetings_of(around, chosen)[:MEETINGS]
        found |= {*path(around.places, chosen), *(each.other for each in met)}
    return found


def _shown(
    cut: list[Row],
    around: Chain,
    asked: Asked,
    cards: dict[UUID, PersonCard],
    names: dict[Cluster, str],
) -> list[dict[str, Any]]:
    """The rows of one part as the template writes them."""
    found = []
    for row in cut:
        node = row.node
        card = cards.get(node.person) if node.person is not None else None
        found.append(
            {
                "key": node.key,
                "depth": min(row.depth, 9),
                "kind": node.kind.value,
                "title": chain_wording.title(node, names, card.name if card else ""),
                "year": card.birth_year if card else None,
                "level": node.level if node.kind is not Kind.CLUSTER else None,
                "state": around.states.get(node.person, "") if node.person else "",
                "below": chain_wording.below(node),
                "more": bool(node.children),
                "expanded": row.expanded,
                "person": node.person,
                "selected": node.person is not None and node.person == asked.person,
            }
        )
    return found


def _zooms(asked: Asked) -> list[dict[str, Any]]:
    return [
        {"label": f"×{zoom}", "href": asked.address(zoom=zoom), "on": zoom == asked.zoom}
        for zoom in ZOOMS
    ]


def _page(asked: Asked, first: int, shown: int, total: int) -> Page[Any]:
    """Where this page of rows stands among all that are open."""
    number = first // ROWS + 1
    return Page(
        rows=(),
        first=first + 1,
        last=first + shown,
        previous=asked.address(page=number - 1) if number > 1 else "",
        next=asked.address(page=number + 1) if first + shown < total else "",
    )


def _chosen(
    around: Chain, case: Case, person: UUID, cards: dict[UUID, PersonCard]
) -> dict[str, Any]:
    """Why the chosen person is in the chain: the sentence, the path, the meetings."""
    place = around.places[person]
    line = list(path(around.places, person))
    names = {one: given(card.name) for one, card in cards.items() if card.name}
    meetings = chain_selectors.meetings_of(around, person)
    change = chain_selectors.last_change(around.cases, person)
    between = chain_selectors.place_between(around, person, place.via) if place.via else None
    places = chain_selectors.place_names([between, *(one.place for one in meetings[:MEETINGS])])
    words = Words(names, places)
    values = {"via": str(place.via) if place.via else None, "seconds": place.seconds}
    if between is not None:
        values["place"] = str(between)
    own = next((one for one in around.cases if one.person_id == person), None)
    return {
        "card": cards.get(person),
        "why": chain_wording.why(
            names.get(person, chain_wording.nobody()),
            place,
            values,
            words,
            moment(own.opened_at) if own else "",
        ),
        "case": own if own is not None and own.id != case.id else None,
        "before": sentence(change, words_for(cards, [change])) if change else "",
        "path": [
            (cards.get(one), around.places[one].level, f"?{urlencode({'person': one})}")
            for one in reversed(line)
        ],
        "meetings": [
            (
                cards.get(one.other),
                one,
                places.get(one.place, "") if one.place else "",
                chain_wording.source(one.source),
            )
            for one in meetings[:MEETINGS]
        ],
        "more": max(0, len(meetings) - MEETINGS),
        "key": short(person),
        "list": f"{reverse('tracing:case', args=[case.id])}",
    }
