"""The list of people to call as a file, batch by batch."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _

from lachan.core.scope import Principal
from lachan.declarations import triage_access
from lachan.declarations.models import TriageTask
from lachan.ui.tables import as_download
from lachan.ui.wording import clock, full_date

#: Rows whose names are open at one time.
BATCH = 500

#: Signs of each column of a workbook.
_WIDTHS = (28, 8, 32, 14, 26, 17, 16, 28)


def _head() -> list[str]:
    return [
        *(_("Name"), _("Year"), _("Address"), _("Phone")),
        *(_("Reason"), _("Call by"), _("State"), _("What came of it")),
    ]


def _lines(by: Principal, tasks: QuerySet[TriageTask]) -> Iterator[list[str]]:
    # The ids first: pages by OFFSET would read the list again each.
    ids = list(tasks.values_list("id", flat=True))
    for start in range(0, len(ids), BATCH):
        wanted = ids[start : start + BATCH]
        found = TriageTask.objects.in_bulk(wanted)
        for row in triage_access.rows_for(by, [found[key] for key in wanted if key in found]):
            task, card = row.task, row.card
            yield [
                card.name if card else "",
                str(card.birth_year or "") if card else "",
                card.address if card else "",
                card.phone if card else "",
                str(task.get_reason_display()),
                f"{clock(task.due_at)} {full_date(task.due_at)}",
                str(task.get_state_display()),
                str(task.get_outcome_display()) if task.outcome else "",
            ]


def as_file(by: Principal, tasks: QuerySet[TriageTask], ending: str) -> HttpResponse:
    """The list as a file of this ending."""
    return as_download(
        ending,
        name="goi-lai",
        title=_("People to call"),
        head=_head(),
        rows=_lines(by, tasks),
        widths=_WIDTHS,
    )
