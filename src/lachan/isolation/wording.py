"""Sentences of the pages of orders: what is to be done, by when, and under which article."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lachan.core.clock import now, today
from lachan.isolation.models import Order, OrderStep
from lachan.isolation.selectors import OrderRow
from lachan.isolation.words import HOW, WHOM
from lachan.rulebook.selectors import term
from lachan.ui.wording import clock

State = Order.State

#: The station's levels: code -> states, in the order of the work.
LEVELS: dict[str, tuple[str, ...]] = {
    "todo": (State.PROPOSED, State.HOLDING),
    "signing": (State.LISTED,),
    "tell": (State.DECIDED,),
    "running": (State.NOTICED,),
    "lapsed": (State.LAPSED, State.DECLINED),
    "ended": (State.ENDED, State.DROPPED),
}


def level_names() -> dict[str, str]:
    """What the levels are called."""
    return {
        "todo": _("To list"),
        "signing": _("At the signer"),
        "tell": _("To tell"),
        "running": _("Running"),
        "lapsed": _("Lapsed, not signed"),
        "ended": _("Over"),
    }


def tools(counts: dict[str, int], level: str) -> dict[str, Any]:
    """The levels with their numbers; the choice lives in the address."""
    here = reverse("isolation:orders")
    return {
        "levels": [
            {
                "href": f"{here}?{urlencode({'level': code})}",
                "label": name,
                "count": sum(counts.get(state, 0) for state in LEVELS[code]),
                "on": code == level,
            }
            for code, name in level_names().items()
        ]
    }


def span(length: timedelta) -> str:
    """2 h 05 min, 12 min: how long, without seconds."""
    minutes = int(abs(length).total_seconds() // 60)
    if minutes < 60:
        return _("%(minutes)d min") % {"minutes": minutes}
    words = {"hours": minutes // 60, "minutes": f"{minutes % 60:02}"}
    return _("%(hours)d h %(minutes)s min") % words


def left(due: datetime | None) -> str:
    """How long until something is due, or how long it has been overdue; "" without a clock."""
    if due is None:
        return ""
    if due >= now():
        return _("%(span)s left") % {"span": span(due - now())}
    return _("%(span)s overdue") % {"span": span(now() - due)}


def urgency(due: datetime | None) -> str:
    """The shape of a clock: `not` overdue, `need` within half an hour, else `info`."""
    if due is None:
        return ""
    if due < now():
        return "not"
    return "need" if due - now() < timedelta(minutes=30) else "info"


def state_chip(order: Order) -> dict[str, str]:
    """Where an order stands."""
    return {
        State.PROPOSED: {"kind": "need", "icon": "file-text", "text": _("Proposed")},
        State.HOLDING: {"kind": "need", "icon": "clock", "text": _("Held, not listed")},
        State.LISTED: {"kind": "need", "icon": "file-text", "text": _("At the signer")},
        State.DECIDED: {"kind": "info", "icon": "check", "text": _("Decided, to tell")},
        State.NOTICED: {"kind": "may", "icon": "home-check", "text": _("Decided and told")},
        State.ENDED: {"kind": "", "icon": "check", "text": _("Over")},
        State.LAPSED: {"kind": "not", "icon": "x", "text": _("Lapsed, not signed")},
        State.DECLINED: {"kind": "not", "icon": "arrow-left", "text": _("Given back unsigned")},
        State.DROPPED: {"kind": "", "icon": "x", "text": _("Dropped, its ground fell away")},
    }[State(order.state)]


def clock_of(row: OrderRow) -> dict[str, str]:
    """The clock of a row: what is due when, how long that is, and how urgent."""
    due = row.due_at
    return {"at": clock(due), "left": left(due), "kind": urgency(due), "what": _next(row.order)}


def _next(order: Order) -> str:
    return {
        State.PROPOSED: _("list"),
        State.HOLDING: _("list"),
        State.LISTED: _("decision"),
        State.DECIDED: _("telling"),
    }.get(State(order.state), "")


def verdict_to_sign(people: int, first: datetime | None) -> str:
    """What waits for the signer, and until when."""
    if not people:
        return _("Nothing waits for your signature.")
    text = ngettext(
        "%(count)d person waits for a signature.", "%(count)d people wait for a signature.", people
    ) % {"count": people}
    if first is None:
        return text
    if first < now():
        late = _("The decision was due at %(clock)s: %(left)s.")
        return f"{text} {late % {'clock': clock(first), 'left': left(first)}}"
    due = _("The first decision is due at %(clock)s: %(left)s, because a holding ends by itself.")
    return f"{text} {due % {'clock': clock(first), 'left': left(first)}}"


def verdict_morning(lapsed: int, late: int) -> str:
    """What went wrong in the night, or that nothing did."""
    if not lapsed and not late:
        return _("No holding lapsed unsigned, and nothing is overdue.")
    parts = []
    if lapsed:
        parts.append(
            ngettext(
                "%(count)d holding ended by itself, because nobody signed in time.",
                "%(count)d holdings ended by themselves, because nobody signed in time.",
                lapsed,
            )
            % {"count": lapsed}
        )
    if late:
        parts.append(
            ngettext("%(count)d step is overdue now.", "%(count)d steps are overdue now.", late)
            % {"count": late}
        )
    return " ".join(parts)


def who_missed(missed: str, signer: str) -> str:
    """Whose step was not done: in the words of the law."""
    return term("duty", "station") if missed == "list" else term("signer", signer)


def who_is_due(order: Order) -> str:
    """Whose step comes next."""
    if order.state == State.LISTED:
        return term("signer", order.signer)
    return term("duty", "station")


def step_words(step: OrderStep) -> str:
    """A step of an order, as a line of its history."""
    words = {
        OrderStep.Step.PROPOSED: _("Proposed"),
        OrderStep.Step.LIST: _("Put on the list to sign"),
        OrderStep.Step.DECISION: _("Decision %(note)s recorded"),
        OrderStep.Step.TOLD: _("Told: %(whom)s, %(how)s"),
        OrderStep.Step.NOTICE: _("Everybody told"),
        OrderStep.Step.PROLONGED: _("Holding prolonged once: %(note)s"),
        OrderStep.Step.LAPSED: _("Holding ended by itself, unsigned; the person is told"),
        OrderStep.Step.DECLINED: _("Given back unsigned: %(note)s"),
        OrderStep.Step.EXTENDED: _("Extended by decision %(note)s"),
        OrderStep.Step.ENDED: _("Over"),
        OrderStep.Step.DROPPED: _("Dropped, its ground fell away: %(note)s"),
        OrderStep.Step.UNFOUNDED: _("Laid before the signer again, to be cancelled: %(note)s"),
    }
    text = words[OrderStep.Step(step.step)]
    return text % {
        "note": step.note,
        "whom": whom_word(step.whom).lower(),
        "how": how_word(step.how).lower(),
    }


def whom_word(code: str) -> str:
    """Who was told."""
    return str(dict(WHOM).get(code, code))


def how_word(code: str) -> str:
    """How somebody was told."""
    return str(dict(HOW).get(code, code))


def how_long(row: OrderRow) -> str:
    """How long it lasts: the paper's last day, the rule's days, or that no rule says so."""
    order = row.order
    if order.until is not None and order.signed is not None:
        day = max((today() - order.signed.day).days, 0)
        last = (order.until - order.signed.day).days
        return _("day %(day)d of %(last)d, the day of the decision is day 0") % {
            "day": day,
            "last": last,
        }
    if row.answer.days:
        return _("%(days)d days from the day of the decision") % {"days": row.answer.days}
    return _("the rule has no number of days")


def tellable(rows: Sequence[OrderRow]) -> bool:
    """Whether a foreigner is among them: then the Consular Department is told."""
    return any(row.order.consular for row in rows)
