"""What the harness needs of an engine, ours or a peer."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, Protocol

from bench.asking import Answer, Question, Tally
from bench.visiting import Day
from bench.world import World


class Missing(Exception):
    """A peer that cannot be asked; the message is one sentence saying why."""


class Way(NamedTuple):
    """One way to ask an engine.

    `ask` is timed and gives the hops as the engine delivers rows to Python; `read` turns them
    into arrays.  `prepared` is called, not timed, before each `ask`.
    `tally` delivers no rows; a way that `chains` is also asked for three hops.
    """

    name: str
    prepared: Callable[[Question], None]
    ask: Callable[[], Any]
    read: Callable[[Any], list[Answer]]
    tally: Callable[[], Tally] | None = None
    chains: bool = True


class Engine(Protocol):
    """Loaded once with a world, then asked any number of times."""

    name: str

    def load(self, world: World, days: Iterable[Day]) -> None:
        """Take in the visits, day 0 first, and index them."""

    def ways(self) -> list[Way]:
        """The ways it can be asked, best first."""

    def size(self) -> int:
        """Bytes of what answers the first way: tables and indexes."""

    def close(self) -> None:
        """Give back memory and disk."""
