"""Words for how two records agree, what speaks against joining them, and what the police said."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lachan.people.models import Document, Person
from lachan.people.pairing import IDENTICAL
from lachan.people.same_access import ShownPair, Side
from lachan.people.words import birth_words
from lachan.places.selectors import unit_label

Words = Mapping[str, str | Promise]

#: field and level of the linkage data -> words.
AGREEMENT: dict[str, Words] = {
    "name": {
        "exact": gettext_lazy("the same name"),
        "plain": gettext_lazy("the same name, once without diacritics"),
        "other_order": gettext_lazy("the same words in another order"),
        "without_middle": gettext_lazy("a middle name left out"),
        "diacritics": gettext_lazy("other diacritics"),
        "typing": gettext_lazy("one letter differs"),
        "given": gettext_lazy("only the given name is the same"),
        "differs": gettext_lazy("another name"),
    },
    "birth": {
        "day": gettext_lazy("the same day"),
        "swapped": gettext_lazy("day and month swapped"),
        "typing": gettext_lazy("one digit differs"),
        "less_known": gettext_lazy("the same as far as it is known"),
        "year": gettext_lazy("the same year, another day"),
        "year_beside": gettext_lazy("one year apart"),
        "differs": gettext_lazy("another year"),
    },
    "document": {
        "same_number": gettext_lazy("the same number"),
        "typing": gettext_lazy("one digit differs"),
        "differs": gettext_lazy("another number"),
    },
    "phone": {
        "shared": gettext_lazy("the same phone"),
        "differs": gettext_lazy("another phone"),
    },
    "sex": {"agrees": gettext_lazy("the same sex"), "differs": gettext_lazy("differs")},
    "commune": {
        "agrees": gettext_lazy("the same commune"),
        "differs": gettext_lazy("another commune"),
    },
}
#: Levels that speak for one person without a question.
EQUAL = frozenset({"exact", "plain", "day", "same_number", "shared", "agrees"})

WARNINGS: Words = {
    "documents_differ": gettext_lazy("Two numbers of one kind of document"),
    "sex_differs": gettext_lazy("Two sexes"),
    "birth_differs": gettext_lazy("Two birth years"),
    "two_places": gettext_lazy("Stays in two communes at once"),
}

CHECKED: Words = {
    "name": gettext_lazy("Name"),
    "birth": gettext_lazy("Born"),
    "sex": gettext_lazy("Sex"),
    "number": gettext_lazy("Document number"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a pair: both values, how they agree, and whether that is marked."""

    label: str
    one: str
    two: str
    word: str
    differs: bool


def lines_of(shown: ShownPair) -> list[Line]:
    """The fields of a pair side by side."""
    one, two = shown.one, shown.two
    fields = (
        ("name", _("Name"), one.card.name, two.card.name),
        ("birth", _("Born"), birth_words(one.card.birth), birth_words(two.card.birth)),
        ("sex", _("Sex"), sex_words(one.card.sex), sex_words(two.card.sex)),
        ("document", _("Documents"), _numbers(one), _numbers(two)),
        ("phone", _("Phone"), _phones(one), _phones(two)),
        ("commune", _("Present stay"), _stay(one), _stay(two)),
    )
    return [_line(shown.pair.levels.get(name, ""), name, *rest) for name, *rest in fields]


def _line(level: str, name: str, label: str, one: str, two: str) -> Line:
    word = str(AGREEMENT[name].get(level, _("not on both")))
    return Line(label, one or "–", two or "–", word, bool(level) and level not in EQUAL)


def sex_words(sex: str) -> str:
    """Male, female, other; "" when it is not known."""
    return str(Person.Sex(sex).label) if sex else ""


def number_words(kind: str, number: str) -> str:
    """A document with its number."""
    return f"{Document.Kind(kind).label}: {number}"


def _numbers(side: Side) -> str:
    return "; ".join(number_words(kind, number) for kind, number in side.known.documents)


def _phones(side: Side) -> str:
    return "; ".join(
        _("%(number)s (of %(count)d people)") % {"number": number, "count": people}
        if people > 1
        else number
        for number, people in side.known.phones
    )


def _stay(side: Side) -> str:
    return ", ".join(filter(None, (side.card.address, unit_label(side.card.commune))))


def why_words(why: str) -> str:
    """The reason of a link; the worker's is a code."""
    if why == IDENTICAL:
        return _("The same identity document, birth date and name: joined by the rule.")
    return why
