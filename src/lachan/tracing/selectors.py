"""Reading of cases, contacts and hand-overs; row security decides what is there to read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from lachan.core.clock import now
from lachan.formats.vietnamese import fold
from lachan.people.selectors import PersonCard, cards_of
from lachan.places.selectors import unit_label, unit_name
from lachan.rulebook.selectors import term
from lachan.tracing.models import Case, Contact, Handover, LinkedPlace, Run

#: Rows of a list.  A tracer with more is not helped by a longer page.
LIST_LIMIT = 500


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One line of the list: the row and the person's card; no card where the right is missing."""

    contact: Contact
    card: PersonCard | None
    home: str
    receipt: str
    overdue: bool

    @property
    def given_name(self) -> str:
        """How somebody is called: the last word of the name."""
        return self.card.name.split()[-1] if self.card and self.card.name else ""

    @property
    def minutes(self) -> int:
        """Whole minutes of exposure."""
        return self.contact.seconds // 60


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """One line of the inbox."""

    handover: Handover
    card: PersonCard | None
    home: str
    duty: str
    overdue: bool


def last_run(case: Case) -> Run | None:
    """The newest answer, or the question that still waits."""
    return case.runs.order_by("-asked_at").first()


def linked_places(run: Run) -> list[LinkedPlace]:
    """Where people were at the same time, the close ones first, then the fullest."""
    return list(run.places.select_related("place").order_by("-close", "-people"))


def sums(case: Case) -> dict[str, int]:
    """How many contacts stand at each state; a state without anybody is 0."""
    found = dict.fromkeys(Contact.State.values, 0)
    rows = case.contacts.order_by().values_list("state").annotate(n=Count("id"))
    return found | dict(rows)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the officer filtered by; empty values filter nothing."""

    state: str = ""
    minutes: int = 0
    name: str = ""
    place: UUID | None = None


def contact_rows(case: Case, chosen: Chosen) -> list[ContactRow]:
    """The list to call: most minutes first, then who was met last."""
    rows = case.contacts.select_related("place", "receipt").filter(
        Q(seconds__gte=chosen.minutes * 60) | Q(source=Contact.Source.HOUSEHOLD)
    )
    if chosen.state:
        rows = rows.filter(state=chosen.state)
    if chosen.place:
        rows = rows.filter(place=chosen.place)
    found = list(rows.order_by("-seconds", "-last_at", "id")[:LIST_LIMIT])
    cards = cards_of([row.person_id for row in found])
    at = now()
    listed = [contact_row(row, cards, at) for row in found]
    if not chosen.name:
        return listed
    wanted = fold(chosen.name)
    return [row for row in listed if row.card is not None and wanted in fold(row.card.name)]


def contact_row(row: Contact, cards: dict[UUID, PersonCard], at: datetime) -> ContactRow:
    receipt = getattr(row, "receipt", None)
    return ContactRow(
        contact=row,
        card=cards.get(row.person_id),
        home=_home(row),
        receipt=receipt.state if receipt else "",
        overdue=bool(receipt and receipt.state == Handover.State.SENT and receipt.due_at < at),
    )


def _home(row: Contact) -> str:
    """The commune of present stay; the province only where it is another than the case's."""
    commune = unit_name(row.home_commune)
    if row.home_province == row.province:
        return commune
    return f"{commune}, {unit_name(row.home_province)}"


def inbox(*, state: str = "") -> list[HandoverRow]:
    """Hand-overs sent to this account's commune or province, the unanswered and oldest first."""
    rows = Handover.objects.all()
    if state:
        rows = rows.filter(state=state)
    found = list(rows.order_by("-state", "due_at")[:LIST_LIMIT])
    cards = cards_of([row.person_id for row in found])
    at = now()
    return [
        HandoverRow(
            handover=row,
            card=cards.get(row.person_id),
            home=unit_label(row.commune),
            duty=term("measure", row.duty),
            overdue=row.state == Handover.State.SENT and row.due_at < at,
        )
        for row in found
    ]


def persons_of(rows: Iterable[ContactRow | HandoverRow]) -> list[UUID]:
    """Whose cards a list shows: each gets a look."""
    found = []
    for row in rows:
        subject = row.contact if isinstance(row, ContactRow) else row.handover
        if row.card is not None:
            found.append(subject.person_id)
    return found
