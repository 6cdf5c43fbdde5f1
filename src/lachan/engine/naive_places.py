"""Places are a tree (campus, building, workshop, line): who shares what, told plainly."""

from collections.abc import Sequence

from lachan.engine.pair_rule import PairRule

PlaceRow = tuple[str, str | None, str]  # venue, the place around it, kind


class Tree:
    """The places under one rule.  A venue that no row names stands alone, with kind ""."""

    def __init__(self, rows: Sequence[PlaceRow], rule: PairRule) -> None:
        self.parent = {venue: parent for venue, parent, _ in rows}
        self.kind = {venue: kind for venue, _, kind in rows}
        self.rule = rule
        if len(self.parent) < len(rows):
            raise ValueError("a place is named twice")
        for venue in self.parent:
            self.around(venue)

    def around(self, venue: str) -> list[str]:
        """The place itself and the places around it, the outermost last."""
        chain = [venue]
        while (parent := self.parent.get(chain[-1])) is not None:
            if parent in chain:
                raise ValueError(f"a place lies inside itself: {parent}")
            chain.append(parent)
        return chain

    def own_weight(self, place: str) -> int:
        """Permille of the kind of this place."""
        return self.rule.weight_of(self.kind.get(place, ""))

    def counting(self, venue: str) -> list[str]:
        """The places around `venue`, itself included, in which being together counts."""
        return [place for place in self.around(venue) if self.own_weight(place)]

    def weight(self, place: str) -> int:
        """Permille of time together in `place`: who shares the table shares the room.

        A place weighs at least what the places around it weigh.
        """
        return max(self.own_weight(around) for around in self.around(place))

    def is_inside(self, inner: str, outer: str) -> bool:
        """Whether `inner` is a part of `outer`, and not the same place."""
        return inner != outer and outer in self.around(inner)

    def outermost(self, place: str) -> str:
        """The outermost place around `place` that counts."""
        return self.counting(place)[-1]

    def root(self, venue: str) -> str:
        """The outermost place of all, whether it counts or not."""
        return self.around(venue)[-1]
