"""Every sentence a room says has its Vietnamese words."""

from pathlib import Path

import pytest

from lachan.config import translations

SRC = Path(__file__).parents[2] / "src"
SPOKEN = {room: said for room, said in translations.extract_all(SRC).items() if said}


@pytest.mark.parametrize("room", sorted(SPOKEN))
def test_it_has_vietnamese_words_for_every_sentence(room: str) -> None:
    po = SRC / "lachan" / room / translations.PO
    assert po.exists(), f"{room} says {len(SPOKEN[room])} sentences and has no {translations.PO}"
    catalogue = translations.read_catalogue(po)
    silent = []
    for said, where in SPOKEN[room].items():
        message = translations.message_of(catalogue, said)
        if message is None or message.fuzzy or not translations.words_of(message).strip():
            silent.append(f"{where}: {said.msgid}")
    assert not silent, "\n".join(silent)


@pytest.mark.parametrize("room", sorted(SPOKEN))
def test_it_keeps_the_open_places_of_a_sentence(room: str) -> None:
    po = SRC / "lachan" / room / translations.PO
    changed = []
    for message in translations.read_catalogue(po) if po.exists() else ():
        english = message.id if isinstance(message.id, str) else message.id[-1]
        words = translations.words_of(message)
        if english and translations.placeholders(english) != translations.placeholders(words):
            changed.append(f"{english!r} / {words!r}")
    assert not changed, "\n".join(changed)


def test_no_two_rooms_say_a_sentence_in_different_words() -> None:
    """All catalogues are one where pages are read: the words of one room would stand in another's.
    Where the meaning differs, give the rarer one a context."""
    words: dict[tuple[str, str | None], dict[str, list[str]]] = {}
    for po in sorted(SRC.glob(f"lachan/*/{translations.PO}")):
        room = po.relative_to(SRC / "lachan").parts[0]
        for message in translations.read_catalogue(po):
            english = message.id if isinstance(message.id, str) else message.id[0]
            if not english:
                continue
            said = words.setdefault((english, message.context or None), {})
            said.setdefault(translations.words_of(message), []).append(room)
    torn = {english: said for (english, _context), said in words.items() if len(said) > 1}
    assert not torn, "\n".join(f"{english!r}: {said}" for english, said in torn.items())


def test_it_hears_what_templates_and_code_say(tmp_path: Path) -> None:
    room = tmp_path / "lachan" / "room"
    room.mkdir(parents=True)
    (room / "__init__.py").touch()
    (room / "page.html").write_text(
        "{% load i18n %}{% trans 'One' %}{% blocktrans count n=k %}{{ n }} tube"
        "{% plural %}{{ n }} tubes{% endblocktrans %}{% trans 'May' context 'month' %}"
        "{{ x|default:_('Two') }}"
    )
    (room / "code.py").write_text('a = _("Three " "and more")\nb = ngettext("day", "days", 2)\n')
    assert sorted(translations.extract_all(tmp_path)["room"]) == [
        translations.Sentence("%(n)s tube", "%(n)s tubes"),
        translations.Sentence("May", context="month"),
        translations.Sentence("One"),
        translations.Sentence("Three and more"),
        translations.Sentence("Two"),
        translations.Sentence("day", "days"),
    ]


def test_it_adds_missing_sentences_and_keeps_words_already_there(tmp_path: Path) -> None:
    room = tmp_path / "lachan" / "room"
    room.mkdir(parents=True)
    (room / "__init__.py").touch()
    (room / "code.py").write_text('a = _("One")\n')
    assert translations.update(tmp_path) == {"room": 1}
    po = room / translations.PO
    po.write_text(po.read_text().replace('msgid "One"\nmsgstr ""', 'msgid "One"\nmsgstr "Một"'))
    (room / "code.py").write_text('a = _("One")\nb = _("Two")\n')
    assert translations.update(tmp_path) == {"room": 1}
    assert translations.update(tmp_path) == {}
    catalogue = translations.read_catalogue(po)
    one = translations.message_of(catalogue, translations.Sentence("One"))
    assert one is not None
    assert translations.words_of(one) == "Một"
    assert translations.compile_all(tmp_path) == 1
    assert translations.compile_all(tmp_path) == 0
