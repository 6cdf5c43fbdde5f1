"""Sentences of the tracing pages: the verdict first, then why."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lachan.core.clock import OFFSET
from lachan.tracing.models import Case, Contact, Handover, LinkedPlace, Run
from lachan.tracing.selectors import COUNTED, Chosen, ContactRow
from lachan.ui.wording import clock, number

#: People only counted at the same places, above which the page says what would name the near ones.
#: Source: the name limit of the shipped contact rules.
MANY_LINKED = 200


def verdict(run: Run | None, totals: dict[str, int]) -> str:
    """What is so, because of what."""
    if run is None or run.state == Run.State.ASKED:
        return _("Finding who was at the same places and times. You may leave this page.")
    if run.state == Run.State.FAILED:
        return _("The list could not be made. The list below is the one before; ask again.")
    if run.unnamed and totals[Contact.State.TO_VERIFY]:
        return (
            ngettext(
                "%(waiting)d person to verify, named by a list or by somebody who was asked.",
                "%(waiting)d people to verify, named by a list or by somebody who was asked.",
                totals[Contact.State.TO_VERIFY],
            )
            % {"waiting": totals[Contact.State.TO_VERIFY]}
            + " "
            + _("%(linked)d people were at the same places: too many to be named by their scans.")
            % {"linked": run.linked}
        )
    if run.unnamed:
        return _(
            "Nobody is named, because %(linked)d people were at the same places: more than the"
            " rule allows to list. Import the roster of lines, rooms or rows, then ask again."
        ) % {"linked": run.linked}
    waiting = totals[Contact.State.TO_VERIFY]
    if waiting > COUNTED:
        return _(
            "%(waiting)s people to verify, because they met at close quarters. Import rosters and"
            " confirm by line, room or class."
        ) % {"waiting": more_than(waiting)}
    if not waiting:
        nobody = _("Nobody to verify. %(linked)d people were only at the same places.") % {
            "linked": run.linked
        }
        return nobody if run.linked <= MANY_LINKED else f"{nobody} {_missing_list()}"
    text = ngettext(
        "%(waiting)d person to verify, because they met at close quarters.",
        "%(waiting)d people to verify, because they met at close quarters.",
        waiting,
    )
    rest = ngettext(
        "%(linked)d other person was only at the same places, counted and not named.",
        "%(linked)d others were only at the same places, counted and not named.",
        run.linked,
    )
    told = f"{text % {'waiting': waiting}} {rest % {'linked': run.linked}}"
    return told if run.linked <= MANY_LINKED else f"{told} {_missing_list()}"


def _missing_list() -> str:
    """What is missing where a gate counted hundreds: only a list says who stood near."""
    return _(
        "Where no list of lines, rooms or rows was imported yet, import it: only a list says who"
        " was near."
    )


def state_chip(row: ContactRow) -> dict[str, str]:
    """The chip of a row: its state, or where its hand-over stands."""
    if row.contact.state == Contact.State.HANDED_OVER:
        return _receipt_chip(row)
    return {
        Contact.State.TO_VERIFY: {"kind": "need", "icon": "phone", "text": _("To verify")},
        Contact.State.CONFIRMED: {"kind": "not", "icon": "check", "text": _confirmed(row)},
        Contact.State.RULED_OUT: {"kind": "", "icon": "x", "text": _("Ruled out")},
    }[Contact.State(row.contact.state)]


def _confirmed(row: ContactRow) -> str:
    if row.contact.hop == 1:
        return _("Confirmed F1")
    return _("Confirmed F%(level)s") % {"level": row.contact.hop}


def mark_chip(row: ContactRow) -> dict[str, str] | None:
    """A second chip for whoever came nearer since the list was made: positive, or up a level."""
    if row.mark is None:
        return None
    if row.mark.after == 0:
        text = _("Positive %(clock)s") % {"clock": clock(row.mark.at)}
        return {"kind": "not", "icon": "virus", "text": text}
    told = {"before": row.mark.before, "after": row.mark.after}
    text = _("From F%(before)s to F%(after)s") % told
    return {"kind": "need", "icon": "arrow-up", "text": text}


def _receipt_chip(row: ContactRow) -> dict[str, str]:
    if row.overdue:
        return {"kind": "not", "icon": "clock", "text": _("Not answered in time")}
    return {
        Handover.State.SENT: {"kind": "info", "icon": "map-pin", "text": _("Handed over")},
        Handover.State.ACCEPTED: {"kind": "may", "icon": "check", "text": _("Accepted")},
        Handover.State.RETURNED: {"kind": "need", "icon": "arrow-left", "text": _("Returned")},
        Handover.State.DONE: {"kind": "may", "icon": "check", "text": _("Done there")},
        Handover.State.RECALLED: {"kind": "", "icon": "x", "text": _("Recalled")},
    }[Handover.State(row.receipt)]


def more_than(count: int) -> str:
    """A number that was not counted to its end says so: "hơn 10.000"."""
    if count <= COUNTED:
        return number(count)
    return _("more than %(count)s") % {"count": number(COUNTED)}


def listed_in(totals: dict[str, int], chosen: Chosen) -> int:
    """How many rows the filter by state leaves, as far as they were counted."""
    return totals[chosen.state] if chosen.state else sum(totals.values())


def contact_tools(case: Case, totals: dict[str, int], chosen: Chosen) -> dict[str, Any]:
    """State levels, the minutes filter, the search and the CSV: all kept in the URL."""
    here = reverse("tracing:case", args=[case.id])
    names = [
        ("", _("All"), sum(totals.values())),
        (Contact.State.TO_VERIFY.value, _("To verify"), totals[Contact.State.TO_VERIFY]),
        (Contact.State.CONFIRMED.value, _("Confirmed F1"), totals[Contact.State.CONFIRMED]),
        (Contact.State.HANDED_OVER.value, _("Handed over"), totals[Contact.State.HANDED_OVER]),
        (Contact.State.RULED_OUT.value, _("Ruled out"), totals[Contact.State.RULED_OUT]),
    ]
    kept = {
        "state": chosen.state,
        "minutes": chosen.minutes,
        "q": chosen.name,
        "place": chosen.place,
        "hop": chosen.hop,
    }
    return {
        "levels": [
            {
                "href": with_query(here, **(kept | {"state": state})),
                "label": f"{label} {more_than(count)}" if count > COUNTED else label,
                "count": None if count > COUNTED else count,
                "on": chosen.state == state,
            }
            for state, label, count in names
        ],
        "filters": _contact_filters(here, kept, chosen),
        "search": {
            "name": "q",
            "value": chosen.name,
            "hint": _("Find a name, marks not needed"),
            "keep": [(key, value) for key, value in kept.items() if value and key != "q"],
        },
        "csv": with_query(reverse("tracing:contacts_csv", args=[case.id]), **kept),
        "more": _contact_files(case, kept),
    }


def hop_switch(case: Case, counts: Mapping[int, int], chosen: Chosen) -> list[dict[str, Any]]:
    """F1, F2 … as one switch, when anybody stands beyond F1; the other filters stay."""
    if not set(counts) - {1}:
        return []
    here = reverse("tracing:case", args=[case.id])
    kept = {
        "state": chosen.state,
        "minutes": chosen.minutes,
        "q": chosen.name,
        "place": chosen.place,
    }
    names = [(0, _("All"), sum(counts.values()))]
    names += [(hop, f"F{hop}", counts[hop]) for hop in sorted(counts)]
    return [
        {
            "href": with_query(here, **kept, hop=hop),
            "label": label,
            "count": count,
            "on": chosen.hop == hop,
        }
        for hop, label, count in names
    ]


def _contact_filters(here: str, kept: Mapping[str, Any], chosen: Chosen) -> list[dict[str, Any]]:
    filters = [
        {
            "href": with_query(here, **{**kept, "minutes": "" if chosen.minutes else 15}),
            "label": _("From 15 minutes"),
            "on": bool(chosen.minutes),
        }
    ]
    if chosen.place:
        filters.append(
            {
                "href": with_query(here, **{**kept, "place": ""}),
                "label": _("One place"),
                "on": True,
            }
        )
    return filters


def _contact_files(case: Case, kept: Mapping[str, Any]) -> list[dict[str, str]]:
    """The list as a workbook and on paper, filtered as it is shown."""
    xlsx = with_query(reverse("tracing:contacts_xlsx", args=[case.id]), **kept)
    paper = with_query(reverse("tracing:contacts_print", args=[case.id]), **kept)
    return [
        {"href": xlsx, "icon": "download", "label": "Excel"},
        {"href": paper, "icon": "printer", "label": _("Print")},
    ]


def places_of(case: Case, rows: list[LinkedPlace]) -> list[dict[str, Any]]:
    """The shared places; a close one leads to its people, so that a line is confirmed as one."""
    here = reverse("tracing:case", args=[case.id])
    return [
        {"row": row, "href": with_query(here, place=row.place_id) if row.close else ""}
        for row in rows
    ]


def with_query(path: str, **values: object) -> str:
    """The path with the values that are not empty."""
    kept = {key: value for key, value in values.items() if value}
    return f"{path}?{urlencode(kept)}" if kept else path


def exposure(code: str, values: Mapping[str, Any]) -> str:
    """Why somebody's risk is what it is, as one sentence; nobody is named.

    `values`: `place` (its name), `seconds`, `start` (seconds since 1970), `share` (percent),
    `others` (meetings that count besides), `estimated` (an exit nobody scanned).
    """
    sentences = {
        "exposed_at_place": _(
            "Was with a case at %(place)s on %(date)s for %(time)s: %(share)d%% of the risk;"
            " %(rest)s."
        ),
        "exposed_closely": _(
            "Phones were close to a case's on %(date)s for %(time)s: %(share)d%% of the risk;"
            " %(rest)s."
        ),
        "exposed_at_home": _(
            "Lives in one household with a case: %(date)s alone is %(share)d%% of the risk;"
            " %(rest)s."
        ),
        "exposed_at_place_to_contact": _(
            "Was with somebody a case may have infected at %(place)s on %(date)s for %(time)s:"
            " %(share)d%% of the risk; %(rest)s."
        ),
        "exposed_closely_to_contact": _(
            "Phones were close to those of somebody a case may have infected on %(date)s for"
            " %(time)s: %(share)d%% of the risk; %(rest)s."
        ),
        "exposed_at_home_to_contact": _(
            "Lives in one household with somebody a case may have infected: %(date)s alone is"
            " %(share)d%% of the risk; %(rest)s."
        ),
    }
    return sentences[code] % {
        "place": values.get("place", ""),
        "date": datetime.fromtimestamp(values["start"], OFFSET).strftime("%d/%m/%Y"),
        "time": _exposure_time(values["seconds"], estimated=values["estimated"]),
        "share": values["share"],
        "rest": _exposure_rest(values["others"]),
    }


def _exposure_time(seconds: int, *, estimated: bool) -> str:
    minutes = max(1, (seconds + 30) // 60)
    if estimated:
        text = ngettext(
            "about %(minutes)d minute (exit time estimated)",
            "about %(minutes)d minutes (exit time estimated)",
            minutes,
        )
    else:
        text = ngettext("%(minutes)d minute", "%(minutes)d minutes", minutes)
    return text % {"minutes": minutes}


def _exposure_rest(others: int) -> str:
    if not others:
        return _("no other meeting is known")
    text = ngettext(
        "%(others)d other meeting counts too", "%(others)d other meetings count too", others
    )
    return text % {"others": others}
