"""Translations without the gettext tools: what the code says, what is translated, compiled.

A msgid is an English sentence.  Each room has `locale/vi/LC_MESSAGES/django.po`; English needs
none.  `python -m lachan.config.translations update` adds what a room says and has no words for.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

LANGUAGE = "vi"
PO = Path("locale") / LANGUAGE / "LC_MESSAGES/django.po"

#: The calls that carry a sentence, for Babel; `_said` knows which part is which.
CALLS = "_ gettext gettext_lazy gettext_noop ngettext ngettext_lazy pgettext pgettext_lazy"
KEYWORDS = dict.fromkeys(CALLS.split())
STRING = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
TEMPLATE_CALL = re.compile(rf"\b(_|gettext|ngettext|pgettext)\(({STRING})(?:\s*,\s*({STRING}))?")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sdfr]|\{(\w*)[^{}]*\}")
#: Lines of a catalogue's header that change with the hour and tell nothing.
HOUR_LINES = re.compile(
    rb'^"(?:POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team|'
    rb"Report-Msgid-Bugs-To)[^\n]*\n",
    re.M,
)


@dataclass(frozen=True, order=True)
class Sentence:
    """What the code says; `plural` and `context` are "" when there is none."""

    msgid: str
    plural: str = ""
    context: str = ""


def rooms(src: Path) -> list[Path]:
    """The folders of the rooms under `src`, which holds the package `lachan`."""
    return sorted(path.parent for path in (src / "lachan").glob("*/__init__.py"))


def extract_all(src: Path) -> dict[str, dict[Sentence, str]]:
    """Room -> sentence -> the file that says it first, relative to `src`."""
    return {room.name: _sentences_of(room, src) for room in rooms(src)}


def compile_all(src: Path) -> int:
    """Compile each catalogue whose `.mo` is missing or older; the number of those compiled."""
    done = 0
    for po in sorted((src / "lachan").rglob("*.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        with mo.open("wb") as target:
            write_mo(target, read_catalogue(po))
        done += 1
    return done


def update(src: Path) -> dict[str, int]:
    """Add to each room's catalogue what it says and lacks; room -> number added."""
    added = {}
    for name, sentences in extract_all(src).items():
        po = src / "lachan" / name / PO
        catalogue = read_catalogue(po) if po.exists() else _new_catalogue()
        missing = [said for said in sorted(sentences) if message_of(catalogue, said) is None]
        for said in missing:
            _add(catalogue, said, sentences[said])
        if missing:
            _write(po, catalogue)
            added[name] = len(missing)
    return added


def read_catalogue(po: Path) -> Catalog:
    """A catalogue from its file."""
    with po.open("rb") as source:
        return read_po(source, locale=LANGUAGE, abort_invalid=True)


def message_of(catalogue: Catalog, said: Sentence) -> Message | None:
    """The catalogue's entry for a sentence."""
    return catalogue.get(said.msgid, said.context or None)


def words_of(message: Message) -> str:
    """The translation; Vietnamese has one form for any number."""
    return message.string[0] if isinstance(message.string, (list, tuple)) else message.string or ""


def placeholders(text: str) -> set[str]:
    """Names of the places a sentence leaves open."""
    return {first or second for first, second in PLACEHOLDER.findall(text)}


def _sentences_of(room: Path, src: Path) -> dict[Sentence, str]:
    found: dict[Sentence, str] = {}
    for path in sorted(room.rglob("*")):
        if path.suffix not in {".py", ".html", ".txt"} or "vendor" in path.parts:
            continue
        spoken = _of_python(path) if path.suffix == ".py" else _of_template(path)
        for said in spoken:
            found.setdefault(said, str(path.relative_to(src)))
    return found


def _of_python(path: Path) -> Iterator[Sentence]:
    source = BytesIO(path.read_bytes())
    for _line, function, messages, _comments in extract_python(source, KEYWORDS, [], {}):
        if not messages:
            continue
        parts = [messages] if isinstance(messages, str) else [str(part or "") for part in messages]
        if said := _said(str(function or "_"), parts):
            yield said


def _of_template(path: Path) -> Iterator[Sentence]:
    flat = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for function, *literals in TEMPLATE_CALL.findall(flat):
        if said := _said(function, [ast.literal_eval(text) for text in literals if text]):
            yield said


def _said(function: str, parts: list[str]) -> Sentence | None:
    if not parts or not parts[0]:
        return None
    if function.startswith("pgettext"):
        return Sentence(parts[1], context=parts[0]) if len(parts) > 1 else None
    if function.startswith("ngettext") and len(parts) > 1:
        return Sentence(parts[0], plural=parts[1])
    return Sentence(parts[0])


def _new_catalogue() -> Catalog:
    return Catalog(locale=LANGUAGE, project="lachan", fuzzy=False, header_comment="# Lá Chắn")


def _add(catalogue: Catalog, said: Sentence, where: str) -> None:
    msgid = (said.msgid, said.plural) if said.plural else said.msgid
    catalogue.add(msgid, context=said.context or None, locations=[(where, 0)])


def _write(po: Path, catalogue: Catalog) -> None:
    po.parent.mkdir(parents=True, exist_ok=True)
    text = BytesIO()
    write_po(text, catalogue, width=100, sort_output=True, include_lineno=False)
    po.write_bytes(HOUR_LINES.sub(b"", text.getvalue()))


def main(arguments: list[str]) -> int:
    """`python -m lachan.config.translations update|compile`."""
    src = Path(__file__).parents[2]
    if arguments == ["update"]:
        for room, number in update(src).items():
            sys.stdout.write(f"{room}: {number} sentences to translate in {PO}\n")
        return 0
    if arguments == ["compile"]:
        sys.stdout.write(f"{compile_all(src)} catalogues compiled\n")
        return 0
    sys.stderr.write("usage: python -m lachan.config.translations update|compile\n")
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
