"""A slow and naive twin of the evening book: lists of what happened, counted anew each time."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

COLUMNS = ("brought", "received", "adjusted", "given", "added", "wasted", "sent", "left")


@dataclass
class Twin:
    """`moves`: what was written since the last closing and may be taken back, whenever."""

    brought: dict[UUID, int] = field(default_factory=dict)
    events: list[tuple[str, UUID, int]] = field(default_factory=list)
    moves: dict[UUID, tuple[str, UUID, int]] = field(default_factory=dict)
    doses: dict[UUID, tuple[UUID, date]] = field(default_factory=dict)
    pending: list[tuple[UUID, date, int]] = field(default_factory=list)
    last_day: date | None = None

    def wrote(
        self, id: UUID, column: str, lot: UUID, doses: int, *, can_correct: bool = True
    ) -> None:
        """A keeper wrote something."""
        self.events.append((column, lot, doses))
        if can_correct:
            self.moves[id] = (column, lot, doses)

    def corrected(self, id: UUID) -> None:
        """It was taken back, whichever book it stands in."""
        column, lot, doses = self.moves.pop(id)
        self.events.append((column, lot, -doses))

    def gave(self, lot: UUID, doses: list[UUID], day: date) -> None:
        """Injections."""
        self.doses |= dict.fromkeys(doses, (lot, day))
        self.pending.append((lot, day, len(doses)))

    def took_back(self, dose: UUID) -> None:
        """An injection was reversed."""
        lot, day = self.doses.pop(dose)
        self.pending.append((lot, day, -1))

    def rows(self) -> dict[UUID, dict[str, int]]:
        """The book as it stands."""
        found: dict[UUID, dict[str, int]] = {}

        def add(lot: UUID, column: str, doses: int) -> None:
            row = found.setdefault(lot, dict.fromkeys(COLUMNS, 0))
            row[column] += doses

        for lot, doses in self.brought.items():
            add(lot, "brought", doses)
        for column, lot, doses in self.events:
            add(lot, column, doses)
        for lot, day, doses in self.pending:
            late = self.last_day is not None and day <= self.last_day
            add(lot, "added" if late else "given", doses)
        for row in found.values():
            came = row["brought"] + row["received"] + row["adjusted"]
            row["left"] = came - row["given"] - row["added"] - row["wasted"] - row["sent"]
        return {lot: row for lot, row in found.items() if any(row.values())}

    def closed(self, counted: dict[UUID, int], day: date) -> None:
        """The book was closed with this count."""
        self.brought = {lot: doses for lot, doses in counted.items() if doses}
        self.events.clear()
        self.pending.clear()
        self.last_day = day
