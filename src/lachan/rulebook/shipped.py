"""The rules that come with Lá Chắn, read from the TOML files in `data/`.

A file may give `[sentences.*]` and `[defaults.body]` that hold for all of its rules; a rule with
`roles` or `measures` stands for one rule for each, its name carrying `{role}` and `{measure}`; one
with `regimes` for one under each of those laws.
"""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from lachan.rulebook.checking import check_rule
from lachan.rulebook.shape import Rule, Source

DATA = Path(__file__).parent / "data"

AUTHOR = "Lá Chắn"

#: Shipped rules have the same id in every installation, so that a stored decision can be compared
#: between two of them.  The name space is a random constant of this file.
_NAMESPACE = UUID("6a1f1f52-6d0b-4b53-9c53-4a0b2c6b7a61")

#: A day in a rule file begins at midnight in Vietnam.
_LOCAL = timezone(timedelta(hours=7))

_RULE_FILES = (
    "diseases.toml",
    "contact.toml",
    "measures_vn_2021.toml",
    "measures_vn_2026.toml",
    "measures_own_chain.toml",
    "mandatory.toml",
    "working.toml",
    "scan_checks.toml",
    "places.toml",
    "pooling.toml",
    "custody.toml",
    "assays.toml",
    "results.toml",
    "rapid.toml",
    "vaccine_products.toml",
    "immunization.toml",
    "screening.toml",
    "priority.toml",
    "vaccination.toml",
    "complaints.toml",
    "card_colour.toml",
)


@cache
def shipped_rules() -> tuple[Rule, ...]:
    """Every shipped rule, checked."""
    return tuple(rule for name in _RULE_FILES for rule in _rules_of(name))


@cache
def shipped_terms() -> dict[str, dict[str, dict[str, str]]]:
    """The words for codes: group (`measure`, `role`, `signer` ...) -> code -> language -> words."""
    products = (rule for rule in shipped_rules() if rule.kind == "vaccine_product")
    return {**_read("terms.toml"), "vaccine": {each.name: each.body["names"] for each in products}}


@cache
def regimes() -> tuple[tuple[str, datetime, datetime | None, dict[str, str]], ...]:
    """Code, first instant, first instant no longer in force, names; in order of time."""
    found = _read("regimes.toml")["regime"]
    return tuple((row["code"], _midnight(row["from"]), _end(row), row["names"]) for row in found)


def regime_at(at: datetime) -> str:
    """The regime whose law is in force at that instant; the oldest one for earlier times."""
    in_force = [code for code, since, _until, _names in regimes() if since <= at]
    return in_force[-1] if in_force else regimes()[0][0]


def _rules_of(name: str) -> Iterator[Rule]:
    content = _read(name)
    sentences = content.get("sentences", {})
    defaults = content.get("defaults", {}).get("body", {})
    for row in content["rule"]:
        for single in _single(row):
            yield _rule(single, sentences, defaults)


def _single(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "regimes" in row:
        yield from _under_each_law(row)
        return
    if not {"roles", "measures"} & row.keys():
        yield row
        return
    measures = row.get("measures") or [row["body"]["measure"]]
    for measure, role in product(measures, row["roles"]):
        body = {**row["body"], "measure": measure, "role": role}
        yield {**row, "name": row["name"].format(measure=measure, role=role), "body": body}


def _under_each_law(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A rule that outlives a law stands for one rule under each: its part of the time."""
    for code, since, until, _names in regimes():
        if code in row["regimes"]:
            begins = max(row["from"], since.astimezone(_LOCAL).date())
            ends = {"to": until.astimezone(_LOCAL).date()} if until else {}
            yield {**row, "regime": code, "from": begins, **ends}


def _rule(row: dict[str, Any], sentences: dict[str, Any], defaults: dict[str, Any]) -> Rule:
    body = {**defaults, **row["body"]}
    all_sentences = {**sentences, **row.get("sentences", {})}
    check_rule(row["kind"], body, all_sentences)
    key = f"{row['kind']}/{row['name']}/{row['disease']}/{row['regime']}/{row['version']}"
    return Rule(
        id=str(uuid5(_NAMESPACE, key)),
        kind=row["kind"],
        name=row["name"],
        disease=row["disease"],
        regime=row["regime"],
        province=None,
        version=row["version"],
        since=_midnight(row["from"]),
        until=_end(row),
        source=Source(**row["source"]),
        author=AUTHOR,
        body=body,
        sentences=_only_needed(row["kind"], body, all_sentences),
    )


def _only_needed(
    kind: str, body: dict[str, Any], sentences: dict[str, Any]
) -> dict[str, dict[str, str]]:
    """A measure keeps the sentences of its own outcome; other kinds use all of their file."""
    if kind != "measure":
        return sentences
    return {key: text for key, text in sentences.items() if key.split(".")[0] == body["outcome"]}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, _LOCAL)


def _end(row: dict[str, Any]) -> datetime | None:
    return _midnight(row["to"]) if "to" in row else None


def _read(name: str) -> dict[str, Any]:
    with (DATA / name).open("rb") as file:
        return tomllib.load(file)
