"""Reading of cases and contacts; row security decides what is there to read."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from lachan.core.clock import now
from lachan.formats.vietnamese import fold
from lachan.people.selectors import PersonCard, cards_of, indexed_by
from lachan.places.selectors import unit_name
from lachan.tracing.level_rows import CARRIED
from lachan.tracing.models import (
    Case,
    Contact,
    ContactChange,
    Handover,
    HandoverReceipt,
    LevelChange,
    LinkedPlace,
    Run,
)

#: Rows that are counted exactly; beyond it a page would wait for a number nobody needs.
COUNTED = 10_000

#: Up to so many contacts of a case a part of a name is looked for in the names themselves; in a
#: longer list only what the blind index knows: whole names, given name and year, telephones.
READABLE = 500


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One line of the list: the row and the person's card; no card where the right is missing."""

    contact: Contact
    card: PersonCard | None
    home: str
    receipt: str
    overdue: bool
    via: UUID | None = None
    via_name: str = ""
    mark: LevelChange | None = None

    @property
    def given_name(self) -> str:
        """How somebody is called: the last word of the name."""
        return _given(self.card)

    @property
    def minutes(self) -> int:
        """Whole minutes of exposure."""
        return self.contact.seconds // 60


def last_run(case: Case) -> Run | None:
    """The newest answer, or the question that still waits."""
    return case.runs.order_by("-asked_at").first()


def undecided_of(case: Case) -> set[UUID]:
    """The rows that a withdrawal of the case would rule out: no human decided on them here."""
    last = ContactChange.objects.filter(contact=OuterRef("pk")).order_by("-at", "-id")
    rows = Contact.objects.filter(case=case).annotate(why=Subquery(last.values("reason")[:1]))
    carried = Q(state=Contact.State.CONFIRMED, why=CARRIED)
    return set(rows.filter(Q(state=Contact.State.TO_VERIFY) | carried).values_list("id", flat=True))


def linked_places(run: Run) -> list[LinkedPlace]:
    """Where people were at the same time, the close ones first, then the fullest."""
    return list(run.places.select_related("place").order_by("-close", "-people"))


def sums(case: Case) -> dict[str, int]:
    """How many contacts stand at each state, none above `COUNTED` + 1: then it is "more than"."""
    return {
        state: case.contacts.order_by().filter(state=state)[: COUNTED + 1].count()
        for state in Contact.State.values
    }


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the officer filtered by; empty values filter nothing."""

    state: str = ""
    minutes: int = 0
    name: str = ""
    place: UUID | None = None
    hop: int = 0


def contact_list(case: Case, chosen: Chosen) -> QuerySet[Contact]:
    """The contacts an officer asked for: most minutes first, then who was met last."""
    rows = case.contacts.all()
    if chosen.minutes:
        rows = rows.filter(Q(seconds__gte=chosen.minutes * 60) | Q(source=Contact.Source.HOUSEHOLD))
    if chosen.state:
        rows = rows.filter(state=chosen.state)
    if chosen.place:
        rows = rows.filter(place=chosen.place)
    if chosen.hop:
        rows = rows.filter(hop=chosen.hop)
    if chosen.name:
        rows = rows.filter(_named(case, chosen.name))
    return rows.order_by("-seconds", "-last_at", "id")


def _named(case: Case, text: str) -> Q:
    """Whose name, telephone or document it is; nobody is opened who is not shown."""
    condition = Q(person__in=indexed_by(text))
    if case.contacts.order_by()[: READABLE + 1].count() > READABLE:
        return condition
    wanted = fold(text)
    cards = cards_of(case.contacts.values_list("person", flat=True))
    alike = [card.person for card in cards.values() if wanted in fold(card.name)]
    return condition | Q(person__in=alike)


def rows_of(contacts: Iterable[Contact]) -> list[ContactRow]:
    """Contacts with their persons' cards, in the order given."""
    found = list(contacts)
    vias = _vias(found)
    cards = cards_of({row.person_id for row in found} | set(vias.values()))
    receipts = latest_receipts(found)
    marks = latest_marks(found)
    at = now()
    return [
        replace(
            _contact_row(row, cards, receipts.get(row.id), at),
            via=vias.get(row.id),
            via_name=_given(cards.get(vias[row.id])) if row.id in vias else "",
            mark=marks.get(row.person_id),
        )
        for row in found
    ]


def _vias(contacts: list[Contact]) -> dict[UUID, UUID]:
    """Row -> the person met, where that was a contact and not the case itself."""
    wanted = {row.via_id for row in contacts if row.via_id is not None}
    persons = dict(Contact.objects.filter(pk__in=wanted).values_list("id", "person"))
    return {
        row.id: persons[row.via_id]
        for row in contacts
        if row.via_id is not None and row.via_id in persons
    }


def _given(card: PersonCard | None) -> str:
    return card.name.split()[-1] if card is not None and card.name else ""


def latest_marks(contacts: Iterable[Contact]) -> dict[UUID, LevelChange]:
    """The last fact about the level of each person around these cases, if it brought him nearer."""
    rows = list(contacts)
    facts = (
        LevelChange.objects.filter(
            case__in={row.case_id for row in rows}, person__in=[row.person_id for row in rows]
        )
        .order_by("person", "-id")
        .distinct("person")
    )
    return {fact.person_id: fact for fact in facts if fact.code in NEARER}


#: Changes a caller must know of before he dials.
NEARER = ("became_case", "contact_nearer")


def hop_sums(case: Case) -> dict[int, int]:
    """How many contacts of a case stand at each hop, whoever was ruled out left out."""
    rows = case.contacts.exclude(state=Contact.State.RULED_OUT).order_by().values_list("hop")
    return dict(rows.annotate(n=Count("id")).order_by("hop"))


def latest_receipts(contacts: Iterable[Contact]) -> dict[UUID, HandoverReceipt]:
    """Where the newest hand-over of each contact stands."""
    rows = HandoverReceipt.objects.filter(
        contact__in=[row.id for row in contacts], kind=Handover.Kind.CONTACT
    )
    return {row.contact_id: row for row in rows.order_by("sent_at") if row.contact_id}


def _contact_row(
    row: Contact,
    cards: dict[UUID, PersonCard],
    receipt: HandoverReceipt | None,
    at: datetime,
) -> ContactRow:
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


def persons_of(rows: Iterable[ContactRow]) -> list[UUID]:
    """Whose cards a list shows: each gets a look."""
    shown = [row.contact.person_id for row in rows if row.card is not None]
    return [*shown, *{row.via for row in rows if row.via and row.via_name} - set(shown)]
