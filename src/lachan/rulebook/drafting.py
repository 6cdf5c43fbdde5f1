"""A version drafted from the one before it: the values somebody may change, and what changed.

A body is plain JSON; its *leaves* are the numbers, words and truth values at the ends of its paths.
"""

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

#: Between the steps of a path in the name of a form's field.
JOINT = "__"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value of a body, and how to reach it."""

    path: tuple[str | int, ...]
    value: int | str | bool

    @property
    def field(self) -> str:
        """The name of its field in a form."""
        return JOINT.join(str(step) for step in ("body", *self.path))


@dataclass(frozen=True, slots=True)
class Change:
    """What one value was and will be; "" where it was not there or will not be."""

    path: str
    before: str
    after: str


def leaves_of(body: Mapping[str, Any]) -> list[Leaf]:
    """Every whole number, word and truth value, in the order of the body."""
    return [leaf for leaf in _walk(body, ()) if isinstance(leaf.value, int | str)]


def with_values(body: Mapping[str, Any], values: Mapping[tuple[str | int, ...], Any]) -> Any:
    """A copy of the body with other values at those paths."""
    made = deepcopy(dict(body))
    for path, value in values.items():
        owner: Any = made
        for step in path[:-1]:
            owner = owner[step]
        owner[path[-1]] = value
    return made


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Each value that differs, by its path, in the order of the two bodies."""
    old, new = _flat(before), _flat(after)
    paths = dict.fromkeys([*old, *new])
    return [
        Change(path, old.get(path, ""), new.get(path, ""))
        for path in paths
        if old.get(path) != new.get(path)
    ]


def _flat(body: Mapping[str, Any]) -> dict[str, str]:
    return {
        " › ".join(_steps(body, leaf.path)): json.dumps(leaf.value, ensure_ascii=False)
        for leaf in _walk(body, ())
    }


def _steps(body: Any, path: tuple[str | int, ...]) -> Iterator[str]:
    """A clause is called by its outcome, so that one put before it does not rename it."""
    for step in path:
        body = body[step]
        yield str(body["outcome"]) if isinstance(body, Mapping) and "outcome" in body else str(step)


def _walk(value: Any, path: tuple[str | int, ...]) -> Iterator[Leaf]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _walk(inner, (*path, name))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _walk(inner, (*path, position))
    else:
        yield Leaf(path, value)
