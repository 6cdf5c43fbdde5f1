"""What the harness needs of an engine, ours or a peer."""

from collections.abc import Iterable
from typing import Protocol

from bench.asking import Answer, Question, Tally
from bench.visiting import Day
from bench.world import World


class Missing(Exception):
    """The library of a peer is not there; the message is one sentence."""


class Engine(Protocol):
    """Loaded once with a world, then asked any number of times."""

    name: str
    version: str

    def load(self, world: World, days: Iterable[Day]) -> None:
        """Take in the visits, day 0 first, and index them."""

    def prepare(self, question: Question) -> None:
        """Have the cases ready where the engine wants them; not timed."""

    def ask(self) -> list[Answer]:
        """The prepared question's hops, F1 first, as arrays of this process."""

    def count(self) -> Tally | None:
        """The prepared question's F1 without delivering rows; None where there is no such way."""

    def size(self) -> int:
        """Bytes of table and indexes."""

    def close(self) -> None:
        """Give back memory and disk."""
