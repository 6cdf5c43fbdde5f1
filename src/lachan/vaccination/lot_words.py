"""Sentences about barred lots."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lachan.core.refusals import Refused
from lachan.places.selectors import unit_name
from lachan.rulebook.selectors import Decision, render, term
from lachan.ui.wording import language, moment
from lachan.vaccination.lot_reading import Had, is_genuine
from lachan.vaccination.models import LotBar, LotCall

RESULTS = {
    LotCall.Result.WELL: gettext_lazy("Reached, is well"),
    LotCall.Result.UNWELL: gettext_lazy("Reached, is not well"),
    LotCall.Result.NO_ANSWER: gettext_lazy("No answer"),
    LotCall.Result.WRONG_NUMBER: gettext_lazy("Not his number"),
    LotCall.Result.AWAY: gettext_lazy("Moved away"),
}

CAPACITIES = {
    "rule": gettext_lazy("by rule, from the site of the event"),
    "province": gettext_lazy("the province's Centre for Disease Control"),
    "ministry": gettext_lazy("the Ministry of Health"),
}

LEVELS = {
    "alarm": ("not", gettext_lazy("Look at it now")),
    "watch": ("need", gettext_lazy("Watch it")),
    "": ("info", gettext_lazy("Like the others")),
}


def place(unit: int | None) -> str:
    """The name of a commune or province; "" where the register does not know it."""
    try:
        return unit_name(unit) if unit else ""
    except Refused:
        return ""


def strip(barred: Mapping[str, Any]) -> dict[str, Any]:
    """What a page of a site says of the barred lots."""
    return {"serial": barred["serial"], "lines": [_line(each) for each in barred["barred"]]}


def _line(each: Mapping[str, Any]) -> dict[str, str]:
    words = {
        "lot": each["number"],
        "vaccine": term("vaccine", each["product"]),
        "at": moment(datetime.fromisoformat(each["since"])),
    }
    lead = _("Do not use lot %(lot)s of %(vaccine)s.") % words
    if each["provisional"]:
        text = _("Stopped for now %(at)s: a severe event is being looked into.") % words
    else:
        text = _("Barred %(at)s. Put the vials aside and count them.") % words
    return {"lead": lead, "text": text, "lot": each["lot"]}


def bar(row: LotBar) -> dict[str, Any]:
    """One bar with its lifting, as a page shows it."""
    lifting = getattr(row, "lifted_by", None)
    return {
        "row": row,
        "where": (place(row.province) or _("The province"))
        if row.province
        else _("The whole nation"),
        "reason": reason(row),
        "capacity": CAPACITIES.get(row.capacity, row.capacity),
        "genuine": is_genuine(row),
        "lifting": lifting,
        "lifted_by": CAPACITIES.get(lifting.capacity, lifting.capacity) if lifting else "",
        "lifting_genuine": is_genuine(lifting) if lifting else False,
    }


def reason(row: LotBar) -> str:
    """Why: what somebody wrote, or what the rule says."""
    return render(Decision(**row.decision), language()) if row.provisional else row.reason


def had(row: Had) -> dict[str, Any]:
    """One line of the list of everybody who had a lot."""
    if row.reach is None:
        reach = _("No telephone: the station goes there")
    elif row.reach.through:
        reach = _("through %(name)s of the household") % {"name": row.reach.through}
    else:
        reach = _("own telephone")
    flags = []
    if row.after:
        flags.append(_("given after the bar"))
    if row.late:
        flags.append(_("came in after the bar"))
    return {
        "row": row,
        "reach": reach,
        "flags": flags,
        "call": RESULTS[LotCall.Result(row.call.result)] if row.call else "",
    }
