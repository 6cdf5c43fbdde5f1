"""F2 and farther by the engine: who was close to a confirmed contact once that one could infect.

Asked with every run whose rule follows two levels or more: around confirmed F1s for F2s, around
confirmed F2s for F3s where the rule follows three.  Close places and households name a person to
verify, within the rule's limit of names; everybody else is counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from lachan.core.clock import now
from lachan.core.scope import Principal
from lachan.people.models import Person
from lachan.people.selectors import by_trace_ids, household_of, shareable, trace_ids_of
from lachan.places.models import Place
from lachan.rulebook.evaluate import ContactRule
from lachan.tracing import arrays, evidence
from lachan.tracing.meeting import MetAround
from lachan.tracing.models import Case, Contact
from lachan.tracing.sorting import CLOSE, Close, Sorted, close_seconds, sort

#: A human's word that somebody is a contact; a hand-over needs one too.
CONFIRMED = (Contact.State.CONFIRMED, Contact.State.HANDED_OVER)


@dataclass(frozen=True, slots=True)
class SecondLevel:
    """What a run found around the confirmed F1s: named to verify, and only counted."""

    to_verify: int = 0
    linked: int = 0


@dataclass(frozen=True, slots=True)
class _Near:
    """Somebody to name: through whom, and what is known of the meeting."""

    via: Contact
    close: Close | None


def ask_around(case: Case, rule: ContactRule, *, cluster: str, by: Principal) -> SecondLevel:
    """Find, name and link who was close to confirmed contacts of `case`; nobody is confirmed."""
    rows = {row.person_id: row for row in Contact.objects.filter(case=case)}
    links: dict[tuple[UUID, UUID], Contact] = {}
    answers = []
    for hop in range(1, rule.levels):
        sources = {
            person: row for person, row in rows.items() if row.hop == hop and row.state in CONFIRMED
        }
        if sources:
            answers.append(_ask_level(case, sources, rows, links, rule, cluster))
    evidence.of_second_level(case, links, by)
    return SecondLevel(
        sum(each.to_verify for each in answers), sum(each.linked for each in answers)
    )


def _ask_level(
    case: Case,
    sources: Mapping[UUID, Contact],
    rows: dict[UUID, Contact],
    links: dict[tuple[UUID, UUID], Contact],
    rule: ContactRule,
    cluster: str,
) -> SecondLevel:
    """The people one level beyond `sources`; `rows` and `links` take up who is named."""
    found, met, kinds = _met(case, sources, rule, cluster)
    near = _named(found, met, kinds, sources, rule)
    near = _households(sources, rule) | near
    level = next(iter(sources.values())).hop + 1
    nearer = {person for person, row in rows.items() if row.hop < level} | {case.person_id}
    wanted = shareable(near.keys() - nearer - _cases(case))
    unnamed = len(wanted) > rule.name_limit
    # Over the limit nobody new is named; whoever is on the list already stays linked.
    chosen = {person: near[person] for person in wanted if not unnamed or person in rows}
    links |= _write(case, chosen, rows, rule)
    if unnamed:
        return SecondLevel(0, len(found.linked) + len(wanted))
    return SecondLevel(len(chosen), len(found.linked))


def _cases(case: Case) -> set[UUID]:
    """People with a case of their own: their meetings are asked about there."""
    rows = Case.objects.filter(disease=case.disease).exclude(status=Case.Status.WITHDRAWN)
    return set(rows.values_list("person", flat=True))


def _met(
    case: Case, first: Mapping[UUID, Contact], rule: ContactRule, cluster: str
) -> tuple[Sorted, dict[UUID, MetAround], dict[UUID, str]]:
    """Who overlapped with the F1s, sorted by the rule, and the kinds of the places."""
    persons = {trace_id: person for person, trace_id in trace_ids_of(list(first)).items()}
    windows = {
        trace_id: _infectious_from(case, first[person], rule)
        for trace_id, person in persons.items()
    }
    met = {each.trace_id: each for each in arrays.met_around(windows, cluster=cluster)}
    venues = {
        each.place
        for one in met.values()
        for rows in one.sources.values()
        for each in rows
        if each.place is not None
    }
    kinds = dict(Place.objects.filter(pk__in=venues).values_list("id", "kind"))
    found = sort([each.all() for each in met.values()], kinds, rule)
    by_person = {
        trace_id: MetAround(
            trace_id, {persons[source]: rows for source, rows in each.sources.items()}
        )
        for trace_id, each in met.items()
    }
    return found, by_person, kinds


def _infectious_from(case: Case, row: Contact, rule: ContactRule) -> datetime:
    """From when an F1 may have passed it on: the first contact and the latent hours."""
    first = max(row.first_at or case.infectious_from, case.infectious_from)
    return first + timedelta(hours=rule.latent_hours)


def _named(
    found: Sorted,
    met: Mapping[UUID, MetAround],
    kinds: Mapping[UUID, str],
    first: Mapping[UUID, Contact],
    rule: ContactRule,
) -> dict[UUID, _Near]:
    """Person -> through which contact most of the close minutes were."""
    persons = by_trace_ids([each.trace_id for each in found.close])
    near = {}
    for each in found.close:
        person = persons.get(each.trace_id)
        if person is None:
            continue
        sources = met[each.trace_id].sources
        longest = max(sources, key=lambda one: (close_seconds(sources[one], kinds, rule), str(one)))
        near[person] = _Near(first[longest], each)
    return near


def _households(first: Mapping[UUID, Contact], rule: ContactRule) -> dict[UUID, _Near]:
    """Who lives with a confirmed F1, where the rule calls a household close."""
    if rule.depth_by_place_kind.get("household") != CLOSE:
        return {}
    return {
        mate: _Near(row, None) for person, row in first.items() for mate in household_of(person)
    }


def _write(
    case: Case,
    chosen: Mapping[UUID, _Near],
    rows: dict[UUID, Contact],
    rule: ContactRule,
) -> dict[tuple[UUID, UUID], Contact]:
    """Rows to verify for the new ones; give what the links say.  A human's state stays."""
    persons = Person.objects.in_bulk([person for person in chosen if person not in rows])
    fresh = [_row(case, person, chosen[person.id], rule) for person in persons.values()]
    Contact.objects.bulk_create(fresh)
    rows |= {row.person_id: row for row in fresh}
    return {
        (near.via.person_id, person): _as_met(rows[person], near)
        for person, near in chosen.items()
        if person in rows
    }


def _row(case: Case, person: Person, near: _Near, rule: ContactRule) -> Contact:
    row = Contact(
        case=case,
        person=person,
        hop=near.via.hop + 1,
        via=near.via,
        source=Contact.Source.HOUSEHOLD,
        rule=f"{rule.rule}@{rule.version}",
        found_at=now(),
        home_commune=person.commune,
        home_province=person.province,
        commune=case.commune,
        province=case.province,
    )
    return _told(row, near)


def _as_met(row: Contact, near: _Near) -> Contact:
    """The row as this run saw it: what the link is written from; the row itself stays."""
    seen = Contact(case_id=row.case_id, person_id=row.person_id, source=Contact.Source.HOUSEHOLD)
    return _told(seen, near)


def _told(row: Contact, near: _Near) -> Contact:
    if near.close is None:
        return row
    row.source = Contact.Source.SCAN if near.close.place else Contact.Source.ENCOUNTER
    row.place_id = near.close.place
    row.seconds = near.close.seconds
    row.first_at = near.close.first_at
    row.last_at = near.close.last_at
    row.imputed = near.close.imputed
    return row
