"""The shape of the house: what import-linter cannot say."""

import ast
from pathlib import Path

import grimp
import pytest
from django.apps import apps
from django.db import models

from tests.house.floors import PACKAGE, ROOT, floors, python_files

FLOOR = floors()
OURS = [model for model in apps.get_models() if model.__module__.startswith("lachan.")]

#: A room is entered through these modules; every module of `core` and `ui` is open, and the cellar
#: is open but for the engine, which has its own contract.  `fields` are form fields for what a room
#: knows how to ask for (a commune).
DOORS = frozenset({"models", "selectors", "services", "fields"})
OPEN = frozenset({"core", "ui", "credentials", "formats", "engine"})

#: Pure records and rules that need no table: whoever reads a rule may name what it is made of.
PURE = frozenset({"lachan.rulebook.evaluate", "lachan.rulebook.shape"})


def test_rooms_meet_only_at_their_doors() -> None:
    graph = grimp.build_graph("lachan", include_external_packages=False)
    trespasses = []
    for importer in graph.modules:
        room = importer.split(".")[1:2]
        if not room or room[0] in {"config", "__main__"}:
            continue
        for imported in graph.find_modules_directly_imported_by(importer):
            _package, there, *rest = [*imported.split("."), ""]
            if there in {room[0], *OPEN} or rest[0] in DOORS or imported in PURE:
                continue
            trespasses.append(f"{importer} -> {imported}")
    assert trespasses == []


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_foreign_keys_point_down(model: type[models.Model]) -> None:
    here = model._meta.app_label
    for field in model._meta.concrete_fields:
        if not field.is_relation or field.related_model is None:
            continue
        there = field.related_model._meta.app_label
        assert there == here or FLOOR[there] < FLOOR[here], f"{field} points up"


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_field_is_classified(model: type[models.Model]) -> None:
    privacy = model.Privacy  # type: ignore[attr-defined]
    groups = [privacy.identifying, privacy.health, privacy.plain]

    assert set().union(*groups) == {field.name for field in model._meta.concrete_fields}
    assert sum(map(len, groups)) == len(set().union(*groups))


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_fits_on_the_desk(path: Path) -> None:
    text = path.read_text("utf-8")

    assert text.count("\n") <= 500
    if path.name == "__init__.py" and path.is_relative_to(PACKAGE):
        assert text == ""


def _functions() -> list[tuple[str, int]]:
    found = []
    for path in PACKAGE.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                where = f"{path.relative_to(PACKAGE)}:{node.name}"
                found.append((where, node.end_lineno - node.lineno))
    return found


def test_no_function_is_longer_than_sixty_lines() -> None:
    assert [where for where, lines in _functions() if lines > 60] == []


def test_no_module_is_a_drawer_for_everything() -> None:
    assert [path for path in python_files() if path.name in {"utils.py", "helpers.py"}] == []
