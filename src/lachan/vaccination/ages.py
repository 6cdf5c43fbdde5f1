"""Groups that an age proves, and the birthday on which they change.

Nobody has to do anything: whoever reaches an age is moved on that day, and whoever grows out of a
group leaves it.  Of whom only the year is known is as young as he can be.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from lachan.core.clock import now, today
from lachan.people.models import Person
from lachan.people.selectors import card_of
from lachan.rulebook.selectors import PriorityRule
from lachan.vaccination.asking import born_on
from lachan.vaccination.draws import BATCH, RuleOf
from lachan.vaccination.models import QueueCell, Registration

#: Who stands in the order or is called from it.
WAITING = (Registration.State.REGISTERED, Registration.State.INVITED)


@dataclass(frozen=True, slots=True)
class Aged:
    """Groups an age proves today, groups somebody has grown out of, and the next birthday that
    changes either (None: never)."""

    codes: tuple[str, ...] = ()
    outgrown: tuple[str, ...] = ()
    due: date | None = None


def order_key(rule: PriorityRule) -> str:
    """What an age was held to."""
    return f"{rule.rule}:{rule.version}"


def by_age(rule: PriorityRule, person: Person) -> list[str]:
    """Groups an age alone proves."""
    return list(aged(rule, person).codes)


def aged(rule: PriorityRule, person: Person) -> Aged:
    """What the age says of the groups; nothing where no birth is known."""
    card = card_of(person.id) if person.birth_precision == "day" else None
    born = born_on(card.birth if card else str(person.birth_year or ""))
    return of_birth(rule, born, today()) if born else Aged()


def of_birth(rule: PriorityRule, born: date, on: date) -> Aged:
    """The same by a birth date and a day."""
    years = years_since(born, on)
    groups = [each for each in rule.groups if not (each.least_age is None is each.most_age)]
    coming = (birthday(born, edge) for edge in _edges(rule))
    return Aged(
        codes=tuple(
            each.code
            for each in groups
            if (each.least_age or 0) <= years and (each.most_age is None or years <= each.most_age)
        ),
        outgrown=tuple(
            each.code for each in groups if each.most_age is not None and years > each.most_age
        ),
        due=min((day for day in coming if day > on), default=None),
    )


def _edges(rule: PriorityRule) -> Iterator[int]:
    for each in rule.groups:
        if each.least_age is not None:
            yield each.least_age
        if each.most_age is not None:
            yield each.most_age + 1


def birthday(born: date, years: int) -> date:
    """The day somebody is so many years old; born on 29 February, on 1 March of other years."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def years_since(born: date, on: date | None = None) -> int:
    """Whole years."""
    day = on or today()
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def prove_ages() -> int:
    """Look at the ages of who registered himself or moved, of whose birthday has come, and of whom
    an older order was held to; only in a system scope.  Give how many."""
    rows = list(
        Registration.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("person")
        .filter(id__in=_to_look_at())
    )
    at, rule_of = now(), RuleOf()
    for row in rows:
        rule = rule_of(row.disease, row.province)
        years = aged(rule, row.person)
        counts = ({*row.proven} - {*years.outgrown}) | {*years.codes}
        row.proven = [each.code for each in rule.groups if each.code in counts]
        row.proved_at, row.age_due, row.age_rule = at, years.due, order_key(rule)
    fields = ["proven", "proved_at", "age_due", "age_rule"]
    Registration.objects.bulk_update(rows, fields, batch_size=500)
    return len(rows)


def _to_look_at() -> set[UUID]:
    """Three short reads, each by an index of its own; never the whole table."""
    rows = Registration.objects.values_list("id", flat=True)
    found = set(rows.filter(proved_at=None).order_by("made_at")[:BATCH])
    due = rows.filter(state__in=WAITING, age_due__lte=today())
    found |= set(due.order_by("age_due")[: BATCH - len(found)])
    rule_of = RuleOf()
    for disease, province in QueueCell.objects.values_list("disease", "province").distinct():
        if len(found) >= BATCH:
            break
        key = order_key(rule_of(disease, province))
        # Two ranges: an index finds what lies on either side of a value, never "all but it".
        older = Q(age_rule__lt=key) | Q(age_rule__gt=key)
        some = rows.filter(older, state__in=WAITING, disease=disease, province=province)
        found |= set(some[: BATCH - len(found)])
    return found
