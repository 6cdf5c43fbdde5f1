"""Sentences about reactions and the clocks of a severe event."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lachan.core.clock import now
from lachan.people.selectors import PersonCard
from lachan.rulebook.selectors import Decision, reaction_rule, render, term
from lachan.ui.wording import language
from lachan.vaccination.aefi_reading import Clock
from lachan.vaccination.models import AefiStep, Reaction

SEVERITIES = {
    "": gettext_lazy("Not judged yet"),
    Reaction.Severity.REACTION: gettext_lazy("Usual reaction"),
    Reaction.Severity.AEFI: gettext_lazy("Adverse event (AEFI)"),
    Reaction.Severity.SEVERE: gettext_lazy("Severe adverse event"),
}
SHAPES = {
    "": "need",
    Reaction.Severity.REACTION: "info",
    Reaction.Severity.AEFI: "need",
    Reaction.Severity.SEVERE: "not",
}
OUTCOMES = {
    Reaction.Outcome.UNKNOWN: gettext_lazy("Not known yet"),
    Reaction.Outcome.RECOVERED: gettext_lazy("Recovered fully"),
    Reaction.Outcome.TREATED: gettext_lazy("Under treatment"),
    Reaction.Outcome.SEQUELAE: gettext_lazy("Recovered with damage"),
    Reaction.Outcome.DIED: gettext_lazy("Died"),
}
SOURCES = {
    Reaction.Source.CITIZEN: gettext_lazy("the person himself"),
    Reaction.Source.SITE: gettext_lazy("the vaccination site"),
    Reaction.Source.FACILITY: gettext_lazy("a health facility"),
}
STEPS = {
    AefiStep.Kind.NOTIFY_DEPARTMENT: gettext_lazy("Notify the health department"),
    AefiStep.Kind.NOTIFY_CDC: gettext_lazy("Notify the CDC"),
    AefiStep.Kind.INVESTIGATE: gettext_lazy("Investigation report"),
    AefiStep.Kind.COUNCIL: gettext_lazy("Expert council meets"),
    AefiStep.Kind.PUBLISH: gettext_lazy("Tell family, Ministry, public"),
}
PAPERS = {
    "request": gettext_lazy("Request for compensation"),
    "identity": gettext_lazy("Identity of the person or of who asks for him"),
    "vaccination_proof": gettext_lazy("Proof of vaccination"),
    "records": gettext_lazy("Medical records"),
    "costs": gettext_lazy("Receipts of treatment and other costs"),
    "council_minutes": gettext_lazy("Minutes of the expert council"),
}


def signs_of(row: Reaction) -> str:
    """The signs in words, in the order of the rule."""
    rule = reaction_rule(row.disease, row.reported_at, province=row.province)
    return ", ".join(sign.name(language()) for sign in rule.signs if sign.code in row.signs)


def shown(row: Reaction, card: PersonCard | None) -> dict[str, Any]:
    """One reaction as a line or a page shows it."""
    left = row.due_at - now() if row.due_at and not row.handled_at else None
    return {
        "row": row,
        "card": card,
        "signs": signs_of(row) or _("No sign"),
        "severity": SEVERITIES[row.severity],
        "shape": SHAPES[row.severity],
        "outcome": OUTCOMES[Reaction.Outcome(row.outcome)],
        "source": SOURCES[Reaction.Source(row.source)],
        "vaccine": term("vaccine", row.product),
        "lot": row.lot.number if row.lot else row.dose.lot_text,
        "left": "" if left is None else left_in_words(left),
        "late": left is not None and left < timedelta(0),
    }


def said_of(row: Reaction) -> str:
    """What the rule said to who reported, in the reader's language."""
    return render(Decision(**row.decision), language()) if row.decision else ""


def left_in_words(left: timedelta) -> str:
    """3 h 20 min left, or 2 h late."""
    minutes = abs(int(left.total_seconds())) // 60
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        parts = [
            ngettext("%(n)d day", "%(n)d days", days) % {"n": days},
            *([_("%(n)d h") % {"n": hours}] if hours else []),
        ]
    else:
        parts = [*([_("%(n)d h") % {"n": hours}] if hours else []), _("%(n)d min") % {"n": minutes}]
    text = " ".join(parts)
    return _("%(time)s late") % {"time": text} if left < timedelta(0) else text


def clock(one: Clock) -> dict[str, Any]:
    """A step of the law as the strip of clocks shows it."""
    step = one.step
    kinds = {"done": "done", "late": "late", "soon": "soon now", "now": "now", "later": "later"}
    return {
        "step": step,
        "state": one.state,
        "kind": kinds[one.state],
        "label": STEPS[AefiStep.Kind(step.kind)],
        "left": "" if one.left is None else left_in_words(one.left),
        "text": render(Decision(**step.decision), language()) if step.decision else "",
    }
