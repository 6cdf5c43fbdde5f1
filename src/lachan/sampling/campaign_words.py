"""Sentences and sums of campaigns."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from lachan.sampling.campaign_reading import Place, Row, Tally
from lachan.sampling.forms import METHODS, REASONS
from lachan.sampling.models import Campaign, CampaignFile, CampaignPlan

REASON_WORDS: dict[str, str | Promise] = {str(code): label for code, label in REASONS}
METHOD_WORDS: dict[str, str | Promise] = {str(code): label for code, label in METHODS}


def state_chip(campaign: Campaign) -> dict[str, str]:
    """Planned, running or ended."""
    return {
        Campaign.State.PLANNED: {
            "kind": "info",
            "icon": "clock",
            "text": pgettext("sampling", "Planned"),
        },
        Campaign.State.RUNNING: {
            "kind": "need",
            "icon": "walk",
            "text": pgettext("sampling", "Running"),
        },
        Campaign.State.ENDED: {
            "kind": "may",
            "icon": "check",
            "text": pgettext("sampling", "Ended"),
        },
    }[Campaign.State(campaign.state)]


def member_chip(state: str) -> dict[str, str]:
    """What became of somebody of a list."""
    return {
        "sampled": {"kind": "may", "icon": "check", "text": _("Sampled")},
        "not_home": {"kind": "need", "icon": "home", "text": _("Not at home")},
        "refused": {"kind": "not", "icon": "x", "text": _("Refused")},
        "left": {"kind": "need", "icon": "clock", "text": _("Not yet")},
        "dropped": {"kind": "", "icon": "minus", "text": _("Not sampled")},
        "carried": {"kind": "info", "icon": "arrow-right", "text": _("Next round")},
        "planned": {"kind": "info", "icon": "list-check", "text": _("Chosen")},
    }.get(state, {"kind": "", "icon": "", "text": pgettext("sampling", "Not asked")})


def tally_sum(tally: Tally, href: str) -> dict[str, Any]:
    """asked = sampled + not at home + refused + left + dropped + carried, and the gap in words."""
    terms = [
        ("", tally.asked, pgettext("sampling", "asked")),
        ("=", tally.sampled, pgettext("sampling", "sampled")),
        ("+", tally.not_home, _("not at home")),
        ("+", tally.refused, _("refused")),
        ("+", tally.left, pgettext("sampling", "not yet")),
        ("+", tally.dropped + tally.carried, _("dropped or next round")),
    ]
    shown = [{"op": op, "n": n, "label": label} for op, n, label in terms]
    if not tally.asked:
        return {"terms": shown, "gap": None}
    gap = {"kind": "may", "text": _("Nobody is left."), "href": ""}
    if tally.open:
        text = ngettext(
            "%(count)d person is not sampled yet.",
            "%(count)d people are not sampled yet.",
            tally.open,
        )
        gap = {"kind": "need", "text": text % {"count": tally.open}, "href": href}
    return {"terms": shown, "gap": gap}


def household_words(plan: CampaignPlan) -> str:
    """Whom of a household the plan takes."""
    if plan.whom not in (CampaignPlan.Whom.LANES, CampaignPlan.Whom.COMMUNE):
        return _("Everybody of the list is sampled.")
    if plan.everybody:
        return _("Everybody of every household is sampled.")
    text = _(
        "Of a household of fewer than %(below)d people %(small)d, of a larger one %(large)d: those"
        " who meet most people. Whoever has symptoms is always sampled."
    )
    return text % {
        "below": plan.household_below,
        "small": plan.sampled_small,
        "large": plan.sampled_large,
    }


def rule_words(plan: CampaignPlan) -> str:
    """Where the numbers are from."""
    if plan.rule:
        return _("By the rule in force when the campaign was planned.")
    return _("Our own default, to be confirmed by the CDC: the rulebook says nothing here.")


def why_words(row: Row) -> str:
    """Why somebody is sampled, or is not, with the number behind it."""
    label = str(row.member.get_why_display())
    if row.member.why == row.member.Why.MOST_CONTACTS and row.member.contacts:
        text = ngettext(
            "%(why)s: shares work or school with %(count)d person",
            "%(why)s: shares work or school with %(count)d people",
            row.member.contacts,
        )
        return text % {"why": label, "count": row.member.contacts}
    return label


def place_name(name: str) -> str:
    """The lane, or that there is none."""
    return name or _("Without a house on the plan")


def place_link(url_name: str, campaign: Campaign, place: str, **more: str) -> str:
    """The address of a page of one lane."""
    query = urlencode({"place": place} | {key: value for key, value in more.items() if value})
    return f"{reverse(url_name, args=[campaign.id])}?{query}"


def place_rows(campaign: Campaign, places: Sequence[Place], url_name: str) -> list[dict[str, Any]]:
    """Lanes with their links, for a table or a list on a phone."""
    return [
        {"place": place, "name": place_name(place.name),
         "href": place_link(url_name, campaign, place.name)}
        for place in places
    ]  # fmt: skip


def show_levels(url_name: str, campaign: Campaign, place: str, show: str) -> dict[str, Any]:
    """All, those who wait, and each thing found at a door."""
    names = [
        ("", _("All")),
        ("open", _("Still to do")),
        ("not_home", _("Not at home")),
        ("refused", _("Refused")),
        ("sampled", _("Sampled")),
    ]
    return {
        "levels": [
            {
                "href": place_link(url_name, campaign, place, show=code),
                "label": label,
                "count": None,
                "on": code == show,
            }
            for code, label in names
        ]
    }


def board_tools(state: str) -> dict[str, Any]:
    """The states of campaigns as levels."""
    here = reverse("sampling:campaigns")
    names = [
        ("", _("All")),
        (Campaign.State.RUNNING.value, pgettext("sampling", "Running")),
        (Campaign.State.PLANNED.value, pgettext("sampling", "Planned")),
        (Campaign.State.ENDED.value, pgettext("sampling", "Ended")),
    ]
    return {
        "levels": [
            {
                "href": f"{here}?state={code}" if code else here,
                "label": label,
                "count": None,
                "on": code == state,
            }
            for code, label in names
        ]
    }


def file_words(file: CampaignFile) -> str:
    """How far a list is, in a sentence."""
    if file.state == CampaignFile.State.WAITING:
        return _("The list is being taken in.")
    if file.state == CampaignFile.State.FAILED:
        return _("The list could not be taken in. Send the file again.")
    if file.refused:
        text = ngettext(
            "%(count)d row was refused: correct it in the copy and send that.",
            "%(count)d rows were refused: correct them in the copy and send that.",
            file.refused,
        )
        return text % {"count": file.refused}
    return _("Every row was taken.")


def file_sum(file: CampaignFile) -> dict[str, Any]:
    """rows = accepted + refused."""
    terms = [
        ("", file.rows, _("rows")),
        ("=", file.accepted, _("taken")),
        ("+", file.refused, _("refused")),
    ]
    return {"terms": [{"op": op, "n": n, "label": label} for op, n, label in terms], "gap": None}
