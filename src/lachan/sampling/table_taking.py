"""The worker's side of the table: events of a tube become the tube, its samples and reviews."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID, uuid5

from django.db import connections

from lachan.core import audit
from lachan.core.blindindex import index_version
from lachan.core.clock import now
from lachan.core.facts import ring
from lachan.core.scope import Principal, system_scope
from lachan.core.sealing import open_loose, seal_loose
from lachan.people.models import Person
from lachan.sampling import requesting
from lachan.sampling.models import Campaign, Sample, TableEvent, TableKind, TableReview, Tube
from lachan.sampling.table_people import document_of, whose
from lachan.sampling.table_sending import as_sent
from lachan.sampling.table_settling import Contents, Kind, Standing, contents_of, in_two_tubes

#: Tubes worked through at one bell, or rows sealed anew in one transaction.
BATCH = 200

FACT = "sampling.sent"

_log = logging.getLogger(__name__)

#: Tubes with a sample whose card or slip somebody has meanwhile; two persons are nobody.
_MATCHED = """
select s.barcode from sampling_sent s
    join people_blindindex b on b.kind = 'document' and b.hmac = s.document
    join people_person p on p.id = b.person_id and p.erased_at is null
where s.document is not null and s.person is null
group by s.barcode, s.document having count(distinct b.person_id) = 1
union
select s.barcode from sampling_sent s join sampling_tableperson t on t.slip = s.document
where s.document is not null and s.person is null
limit %s
"""


def take_sent() -> int:
    """Work through the tubes of which something new was sent, each in a transaction of its own; how
    many there were.  One that fails keeps the others from nothing and is tried again."""
    with system_scope(f"fact:{FACT}"):
        waiting = TableEvent.objects.filter(settled_at=None).order_by("barcode")
        barcodes = list(waiting.values_list("barcode", flat=True).distinct()[:BATCH])
    return sum(_taken(barcode) for barcode in barcodes)


def take_waiting() -> int:
    """The same for tubes whose person was entered since."""
    with system_scope(f"fact:{FACT}"), connections["default"].cursor() as cursor:
        cursor.execute(_MATCHED, [BATCH])
        barcodes = [row[0] for row in cursor.fetchall()]
    return sum(_taken(barcode) for barcode in barcodes)


def _taken(barcode: str) -> int:
    try:
        with system_scope(f"fact:{FACT}") as by:
            settle(barcode, by)
    # An accident, not a refusal: whatever it is, the next tube is another one.
    except Exception:
        _log.exception("What was sent about a tube could not be worked through.")
        return 0
    return 1


def settle(barcode: str, by: Principal) -> Tube | None:
    """Give a tube the state that follows from everything that was sent about it."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [barcode])
    rows = list(TableEvent.objects.filter(barcode=barcode).order_by("at", "id"))
    events, reviews = _usable(rows)
    for event in events:
        _find_person(event, by)
    tube = None
    if events:
        tube, own = _tube(barcode, events)
        reviews += [(Kind.TUBE_ELSEWHERE, e) for e in events if e.organisation != tube.organisation]
        reviews += _fill(tube, own)
        audit.record("tube.settled", target=("tube", tube.id), by=by, detail={"sent": len(rows)})
    _write_reviews(barcode, reviews)
    for row in rows:
        if row.settled_at is None:
            TableEvent.objects.filter(day=row.day, id=row.id).update(settled_at=now())
    ring("sampling.sample")
    return tube


Reviews = list[tuple[Kind, TableEvent | None]]


def _usable(rows: Sequence[TableEvent]) -> tuple[list[TableEvent], Reviews]:
    """Events by their own numbers; what came under a known number with other content is none."""
    elsewhere = Sample.written.filter(id__in=[row.id for row in rows]).exclude(
        tube__barcode=rows[0].barcode if rows else ""
    )
    taken = set(elsewhere.values_list("id", flat=True))
    events: list[TableEvent] = []
    reviews: Reviews = []
    for row in rows:
        if row.instead_of is not None or row.id in taken:
            reviews.append((Kind.DIFFERENT_CONTENT, row))
            continue
        taken.add(row.id)
        events.append(row)
    return events, reviews


def _find_person(event: TableEvent, by: Principal) -> None:
    """Find out whose a sample is, once; what was sealed is emptied then."""
    if event.kind != TableKind.SAMPLE or event.person is not None or not event.sealed:
        return
    found = whose(event, open_loose(event.id, bytes(event.sealed)), by)
    event.person, event.document, event.refused = found.person, found.document, found.refused
    if event.person is not None:
        event.sealed = b""
    TableEvent.objects.filter(day=event.day, id=event.id).update(
        person=event.person,
        document=event.document,
        refused=event.refused,
        sealed=event.sealed,
    )


def _tube(barcode: str, events: Sequence[TableEvent]) -> tuple[Tube, list[TableEvent]]:
    """The tube, as the first event of its unit says it, and the events of that unit.

    The unit of which something came first has it; another's events are listed for review.
    """
    tube = Tube.objects.select_for_update().filter(barcode=barcode).first()
    owner = tube.organisation if tube else events[0].organisation
    own = [event for event in events if event.organisation == owner]
    if tube is None:
        tube = Tube(barcode=barcode, organisation=owner, opened_at=own[0].at)
        _set(tube, own[0])
        tube.save(force_insert=True)
    elif own and own[0].at < tube.opened_at:
        _set(tube, own[0])
        tube.save()
    return tube, own


def _set(tube: Tube, first: TableEvent) -> None:
    tube.opened_at = first.at
    tube.limit, tube.disease, tube.method = first.tube_limit, first.disease, first.method
    tube.laboratory = first.laboratory
    tube.campaign = Campaign.objects.filter(pk=first.campaign).first() if first.campaign else None


def _fill(tube: Tube, own: Sequence[TableEvent]) -> Reviews:
    others = Sample.objects.filter(tube=tube).exclude(id__in=[event.id for event in own])
    found = contents_of(own, tube, others.values_list("person_id", flat=True))
    if found.closed_at is not None and tube.closed_at != found.closed_at:
        tube.closed_at = found.closed_at
        tube.save(update_fields=["closed_at"])
    _write_samples(tube, found)
    persons = {one.event.person for one in found.samples if one.event.person is not None}
    _number(persons, tube.disease)
    _review_two_tubes(persons, tube)
    return found.reviews


def _write_samples(tube: Tube, found: Contents) -> None:
    """Rows for all whose person is known; first out, then in: a person stands once in a tube."""
    known = [one for one in found.samples if one.event.person is not None]
    written = Sample.written.in_bulk([one.event.id for one in known])
    for one in known:
        row = written.get(one.event.id)
        if row is not None and one.out_at is not None and row.taken_back_at is None:
            _turn(row, one)
            requesting.reopen(row)
    people = Person.objects.in_bulk({one.event.person for one in known})
    for one in known:
        row = written.get(one.event.id)
        if row is None:
            row = _insert(tube, people[one.event.person], one)
        elif one.out_at is not None or row.taken_back_at is None:
            continue
        else:
            _turn(row, one)
        if one.out_at is None:
            requesting.fulfil(row, alone=tube.limit == 1)


def _turn(row: Sample, one: Standing) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("select core.settle_sample(%s, %s, %s)", [row.id, one.out_at, one.out_by])


def _insert(tube: Tube, person: Person, one: Standing) -> Sample:
    sample = Sample(
        id=one.event.id,
        tube=tube,
        person=person,
        reason=one.event.reason,
        onset=one.event.onset,
        taken_at=one.event.at,
        taken_back_at=one.out_at,
        taken_back_by=one.out_by,
        organisation=tube.organisation,
        commune=person.commune,
        province=person.province,
    )
    sample.save(force_insert=True)
    return sample


def _number(persons: Iterable[UUID], disease: str) -> None:
    """Which sampling of the person each is: by when it was taken, not by when it came."""
    with connections["default"].cursor() as cursor:
        for person in sorted(persons):
            cursor.execute("select core.number_samples(%s, %s)", [person, disease])


def _review_two_tubes(persons: Iterable[UUID], tube: Tube) -> None:
    """Somebody is in two tubes of one day: nobody decides here which of them is right."""
    persons = set(persons)
    rows = Sample.objects.filter(
        person__in=persons, tube__disease=tube.disease, tube__method=tube.method
    ).select_related("tube")
    of = defaultdict(list)
    for sample in rows:
        of[sample.person_id].append(sample)
    wanted = [
        TableReview(
            id=uuid5(sample.id, Kind.TWO_TUBES),
            kind=Kind.TWO_TUBES,
            barcode=sample.tube.barcode,
            organisation=sample.organisation,
            event=sample.id,
            person=sample.person_id,
            found_at=now(),
        )
        for samples in of.values()
        for sample in in_two_tubes(samples)
    ]
    known = TableReview.objects.filter(kind=Kind.TWO_TUBES, person__in=persons)
    same = Sample.written.filter(tube__disease=tube.disease, tube__method=tube.method)
    _replace(list(known.filter(event__in=same.filter(person__in=persons).values("id"))), wanted)


def _write_reviews(barcode: str, reviews: Reviews) -> None:
    unit = Tube.objects.filter(barcode=barcode).values_list("organisation", flat=True).first()
    wanted = []
    for kind, event in reviews:
        organisation = event.organisation if event else unit
        if organisation is not None:
            wanted.append(_review(kind, barcode, event, organisation))
    known = TableReview.objects.filter(barcode=barcode).exclude(kind=Kind.TWO_TUBES)
    _replace(list(known), wanted)


def _review(kind: Kind, barcode: str, event: TableEvent | None, organisation: UUID) -> TableReview:
    about = event.id if event else uuid5(organisation, barcode)
    return TableReview(
        id=uuid5(about, f"{kind}|{barcode}"),
        kind=kind,
        barcode=barcode,
        organisation=organisation,
        event=event.id if event else None,
        person=event.person if event else None,
        found_at=now(),
    )


def _replace(known: Sequence[TableReview], wanted: Sequence[TableReview]) -> None:
    """What holds is open, what holds no more is ended; nothing is deleted."""
    ids = {one.id for one in wanted}
    there = {one.id: one for one in known}
    over = [one.id for one in known if one.id not in ids and one.ended_at is None]
    TableReview.objects.filter(id__in=over).update(ended_at=now())
    back = [one for one in ids if one in there and there[one].ended_at is not None]
    TableReview.objects.filter(id__in=back).update(ended_at=None, looked_at=None, looked_by=None)
    fresh = {one.id: one for one in wanted if one.id not in there}
    TableReview.objects.bulk_create(list(fresh.values()))


def rekey() -> int:
    """Seal a batch of what still waits with the newest keys; how many there were."""
    kept = TableEvent.objects.exclude(sealed=b"").exclude(key_version=index_version())
    stale = list(kept[:BATCH])
    for row in stale:
        told = open_loose(row.id, bytes(row.sealed))
        again = as_sent(row, told)
        TableEvent.objects.filter(day=row.day, id=row.id).update(
            sealed=seal_loose(row.id, told),
            document=document_of(told["code"]) if row.document is not None else None,
            payload_hmac=again.newest_digest(),
            key_version=index_version(),
        )
    return len(stale)
