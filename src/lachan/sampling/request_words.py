"""Words for requests: where they come from, what became of them, the list as a file."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from lachan.sampling.campaign_words import METHOD_WORDS, REASON_WORDS
from lachan.sampling.models import SampleRequest
from lachan.sampling.request_reading import Asked, Chosen
from lachan.ui.tables import Cell
from lachan.ui.wording import clock, full_date

Source = SampleRequest.Source

#: What asked for a sample, in words.
SOURCES = {
    Source.CAMPAIGN: gettext_lazy("Campaign"),
    Source.CONTACT: gettext_lazy("Contact of a case"),
    Source.ZONE: gettext_lazy("Zone"),
    Source.FILE: gettext_lazy("List"),
    Source.HAND: gettext_lazy("By hand"),
    Source.POSITIVE_POOL: gettext_lazy("Shared tube to be checked"),
    Source.REJECTED: gettext_lazy("Tube refused by the laboratory"),
    Source.MISSING: gettext_lazy("Tube lost"),
    Source.INVALID: gettext_lazy("Result invalid"),
    Source.RAPID_POSITIVE: gettext_lazy("Rapid test to be confirmed"),
}

#: Columns of the file and their widths.
WIDTHS = (26, 8, 14, 34, 22, 24, 18, 18)


def source_words(source: str) -> str:
    """What asked for it."""
    return str(SOURCES[Source(source)])


def request_chip(request: SampleRequest, *, late: bool) -> dict[str, str]:
    """Open, overdue, sampled or dropped."""
    if request.state == SampleRequest.State.DONE:
        return {"kind": "may", "icon": "check", "text": _("Sampled")}
    if request.state == SampleRequest.State.DROPPED:
        return {"kind": "", "icon": "minus", "text": _("Not sampled")}
    if late:
        return {"kind": "not", "icon": "clock", "text": _("Overdue")}
    return {"kind": "need", "icon": "clock", "text": pgettext("sampling", "Open")}


def tools(chosen: Chosen, *, all_open: int, late: int, files: bool) -> dict[str, Any]:
    """The filters of the list; what is on is said in the address."""
    here = reverse("sampling:requests")
    levels = [
        {"href": _address(here, chosen, overdue=""), "label": pgettext("sampling", "Open"),
         "count": all_open, "on": not chosen.overdue},
        {"href": _address(here, chosen, overdue="1"), "label": _("Overdue"), "count": late,
         "on": chosen.overdue},
    ]  # fmt: skip
    filters = []
    if chosen.source:
        filters.append(
            {"href": _address(here, chosen, source=""), "label": source_words(chosen.source),
             "on": True}
        )  # fmt: skip
    if chosen.reason:
        filters.append(
            {"href": _address(here, chosen, reason=""),
             "label": REASON_WORDS.get(chosen.reason, chosen.reason), "on": True}
        )  # fmt: skip
    found: dict[str, Any] = {"levels": levels, "filters": filters}
    if files:
        query = _query(chosen)
        found["csv"] = _with(reverse("sampling:requests_file", args=["csv"]), query)
        excel = _with(reverse("sampling:requests_file", args=["xlsx"]), query)
        found["more"] = [{"href": excel, "icon": "download", "label": "Excel"}]
    return found


def _query(chosen: Chosen, **changed: str) -> str:
    values = {
        "source": chosen.source,
        "reason": chosen.reason,
        "overdue": "1" if chosen.overdue else "",
    } | changed
    return urlencode({key: value for key, value in values.items() if value})


def _with(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


def _address(path: str, chosen: Chosen, **changed: str) -> str:
    return _with(path, _query(chosen, **changed))


def file_head() -> tuple[str, ...]:
    """The first line of the file."""
    return (
        _("Full name"),
        _("Year of birth"),
        _("Phone"),
        _("Address"),
        _("Whom we sample"),
        _("Asked by"),
        _("Test"),
        _("Due"),
    )


def file_rows(asked: Iterable[Asked]) -> Iterable[tuple[Cell, ...]]:
    """A line for each request whose person this account sees."""
    for one in asked:
        if one.card is None:
            continue
        due = one.request.due_at
        yield (
            one.card.name,
            str(one.card.birth_year or ""),
            one.card.phone,
            one.card.address,
            str(REASON_WORDS.get(one.request.reason, one.request.reason)),
            source_words(one.request.source),
            str(METHOD_WORDS.get(one.request.method, one.request.method)),
            f"{clock(due)} {full_date(due)}" if due else "",
        )
