"""Print the spec tables into their documents and vectors: `python -m tests.spec.print_tables`."""

import json
from importlib import import_module

import django

from tests.database import set_environment
from tests.spec import tables

#: document -> marker in it -> the spec modules of that chapter, in order of reading
CHAPTERS = {
    "docs/platforms/rulebook.md": {
        "rulebook": [
            "tests.spec.rulebook.test_may_we",
            "tests.spec.rulebook.test_clocks",
            "tests.spec.rulebook.test_contact_depth",
            "tests.spec.rulebook.test_infectious_window",
            "tests.spec.rulebook.test_card_colour",
            "tests.spec.rulebook.test_working",
            "tests.spec.rulebook.test_pooling",
            "tests.spec.rulebook.test_assay",
        ],
    },
    "docs/platforms/isolation.md": {"clocks": ["tests.spec.isolation.test_orders"]},
    "docs/platforms/pace.md": {
        "pace": [
            "tests.spec.pace.test_endemic",
            "tests.spec.pace.test_not_endemic",
            "tests.spec.pace.test_group_a",
        ],
    },
    "docs/platforms/tracing-handover-and-calls.md": {
        "modes": ["tests.spec.tracing.test_modes"],
    },
    "docs/platforms/sampling-answers.md": {
        "answers": [
            "tests.spec.sampling.test_answer_state",
            "tests.spec.sampling.test_expected",
        ],
    },
    "docs/platforms/pairs.md": {
        "pairs": [
            "tests.spec.engine.test_minima",
            "tests.spec.engine.test_depth",
            "tests.spec.engine.test_unrecorded_ends",
            "tests.spec.engine.test_households",
            "tests.spec.engine.test_cuts",
        ],
    },
}


def documents() -> dict[str, str]:
    """Every document and vector file, as it should be."""
    made = {}
    for name, chapters in CHAPTERS.items():
        text = (tables.ROOT / name).read_text("utf-8")
        for marker, modules in chapters.items():
            text = tables.between_markers(text, marker, _chapter(modules))
        made[name] = text
    colour = import_module("tests.spec.rulebook.test_card_colour")
    made["vectors/card_colour.json"] = _json(colour.vectors())
    return made


def _chapter(modules: list[str]) -> str:
    specs = [import_module(name) for name in modules]
    return "\n".join(tables.markdown(spec.title, spec.table) for spec in specs)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main() -> None:
    """Write what is stale."""
    for name, text in documents().items():
        path = tables.ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    # Some tables stand beside models.
    set_environment()
    django.setup()
    main()
