"""Words of the page of measures."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lachan.rulebook.selectors import term
from lachan.tracing.measure_requests import MeasureRequest
from lachan.tracing.measures import Ruling

#: Outcome of the rulebook -> the shape that goes with it; colour is never the only sign.
SHAPES = {
    "allowed": "may",
    "advice_only": "need",
    "needs_legal_officer": "need",
    "refused": "not",
}


def outcome_chip(ruling: Ruling) -> dict[str, str]:
    """May we?, as a chip."""
    kind = SHAPES[ruling.answer.outcome]
    icon = {"may": "check", "need": "alert-triangle", "not": "x"}[kind]
    return {"kind": kind, "icon": icon, "text": term("outcome", ruling.answer.outcome)}


def state_chip(request: MeasureRequest) -> dict[str, str]:
    """How far a proposal has come, as the sender may know it."""
    words = {
        "asked": ("info", "clock", _("Being written")),
        "proposed": ("need", "file-text", _("Waits for the list")),
        "holding": ("need", "clock", _("Held, waits for the list")),
        "listed": ("need", "file-text", _("Waits for a signature")),
        "decided": ("info", "check", _("Decided")),
        "noticed": ("may", "home-check", _("Decided and told")),
        "ended": ("", "check", _("Over")),
        "lapsed": ("not", "x", _("Lapsed, not signed")),
        "declined": ("not", "arrow-left", _("Given back unsigned")),
        "dropped": ("", "x", _("Dropped, its ground fell away")),
        "advised": ("may", "check", _("Advised")),
        "refused": ("not", "x", _("Not possible")),
    }
    kind, icon, text = words[request.state]
    return {"kind": kind, "icon": icon, "text": text}


def done(kind: str, count: int) -> str:
    """What was asked for now."""
    if kind == MeasureRequest.Kind.ADVICE:
        text = ngettext(
            "%(count)d person is advised; the message waits for approval.",
            "%(count)d people are advised; the messages wait for approval.",
            count,
        )
    else:
        text = ngettext(
            "%(count)d proposal goes to the station where the person stays.",
            "%(count)d proposals go to the stations where the people stay.",
            count,
        )
    return text % {"count": count}


def asked_before() -> str:
    """Nobody new was among the chosen."""
    return _("Everybody chosen was proposed already: nothing was asked twice.")
