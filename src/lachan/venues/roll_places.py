"""Which place a word of a list means: the registered one, else a new part of one's own.

"Chuyền 7", "chuyen7" and "7" are one line; "Phòng 12, Nhà trọ Hoa" is a room of a house.
"""

from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.formats.listed import group_key
from lachan.formats.vietnamese import fold
from lachan.places.models import Place
from lachan.places.services import add_part, register_place

#: Column of a list -> kind of place.
KIND_OF = {
    "line": "line",
    "class": "class",
    "row": "stall_row",
    "room": "room",
    "vehicle": "vehicle",
    "workshop": "workshop",
}

#: What a number alone is called: "7" in the column of lines is "Chuyền 7".
CALLED = {
    "line": "Chuyền",
    "class": "Lớp",
    "row": "Dãy",
    "room": "Phòng",
    "vehicle": "Xe",
    "workshop": "Xưởng",
}

#: Outermost kinds, the more telling first: where a new part goes.
WHOLES = ("campus", "market", "school", "hospital", "building", "other")


@dataclass
class Places:
    """The places of one organisation by column and word; new ones are made and remembered."""

    by: Principal
    whole: Place
    known: dict[tuple[str, str], Place] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, by: Principal) -> "Places":
        """Of the account's organisation.  Refused: roll_no_whole."""
        rows = list(
            Place.objects.filter(organisation=by.organisation, closed_at=None)
            .select_related("parent")
            .order_by("made_at", "id")
        )
        wholes = [row for row in rows if row.parent_id is None and row.kind in WHOLES]
        if not wholes:
            raise Refused(
                "roll_no_whole",
                _("Register your factory, market, school or house first, under Places."),
            )
        whole = min(wholes, key=lambda row: WHOLES.index(row.kind))
        found = cls(by, whole)
        for row in rows:
            found._remember(row)
        return found

    def find(self, role: str, text: str, *, workshop: str = "") -> Place:
        """The place that `text` in a column of `role` means, made where there is none."""
        word, _comma, house = text.partition(",")
        key = group_key(role, text)
        if (role, key) in self.known:
            return self.known[role, key]
        bare = (role, group_key(role, word))
        if bare in self.known and not house.strip():
            return self.known[bare]
        place = self._make(role, word, house.strip(), workshop)
        self._remember(place)
        self.known[role, key] = place
        self.made.append(place.name)
        return place

    def _remember(self, place: Place) -> None:
        for role, kind in KIND_OF.items():
            if place.kind == kind:
                self.known.setdefault((role, group_key(role, place.name)), place)
                if place.parent is not None:
                    text = f"{place.name}, {place.parent.name}"
                    self.known.setdefault((role, group_key(role, text)), place)

    def _make(self, role: str, word: str, house: str, workshop: str) -> Place:
        kind = KIND_OF[role]
        name = _name(role, word)
        parent = self._parent(kind, house, workshop)
        try:
            return self._part(parent, kind, name)
        except Refused as refused:
            if refused.code != "not_inside" or parent == self.whole:
                raise
            return self._part(self.whole, kind, name)

    def _part(self, parent: Place, kind: str, name: str) -> Place:
        same = Place.objects.filter(parent=parent, kind=kind, name=name, closed_at=None).first()
        return same or add_part(parent=parent, kind=kind, name=name, by=self.by)

    def _parent(self, kind: str, house: str, workshop: str) -> Place:
        if kind == "room" and house:
            return self._house(house)
        if kind == "line" and workshop:
            return self.find("workshop", workshop)
        return self.whole

    def _house(self, name: str) -> Place:
        """A house of rooms of the own organisation, by its name."""
        if fold(self.whole.name) == fold(name):
            return self.whole
        found = Place.objects.filter(
            organisation=self.by.organisation,
            kind="building",
            folded=fold(name),
            closed_at=None,
        ).first()
        return found or register_place(
            kind="building",
            name=name,
            commune=self.whole.commune,
            organisation=_id(self.by),
            by=self.by,
        )


def _id(by: Principal) -> UUID:
    assert by.organisation is not None
    return by.organisation


def _name(role: str, word: str) -> str:
    """ "7" becomes "Chuyền 7"; what has a word of its own keeps it."""
    text = " ".join(word.split())
    if any(letter.isalpha() for letter in text) and (len(text) > 3 or " " in text):
        return text
    return f"{CALLED[role]} {text}"
