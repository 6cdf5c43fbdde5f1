"""The pages inside a case: one row of tabs, so that nobody loses the case he works on."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lachan.tracing.models import Case

#: URL name (it takes the case's id) and what the tab says, in the order of the work.
CASE_TABS: list[tuple[str, str | Promise]] = [
    ("tracing:case", _("Contacts")),
    ("tracing:add", _("Add contacts")),
    ("tracing:case_calls", _("Public notice")),
    ("tracing:groups", _("Groups and lists")),
    ("tracing:form", _("Investigation form")),
    ("tracing:timeline", _("Time-place points")),
    ("tracing:chain", _("Chain")),
    ("tracing:changes", _("Changes of level")),
    ("tracing:measures", _("Measures")),
    ("tracing:case_zone", _("Zone")),
    ("tracing:quick_report", _("Quick report")),
]


@dataclass(frozen=True, slots=True)
class CaseTab:
    """One tab as the page shows it."""

    href: str
    label: str
    current: bool


def case_tabs(case: Case, here: str) -> list[CaseTab]:
    """The tabs of a case; `here` is the URL name of the page shown."""
    found = []
    for name, label in CASE_TABS:
        try:
            href = reverse(name, args=[case.id])
        except NoReverseMatch:
            continue
        found.append(CaseTab(href, str(label), name == here))
    return found
