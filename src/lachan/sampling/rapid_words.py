"""Sentences of the table and the board of rapid tests."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lachan.people.selectors import PersonCard
from lachan.sampling.models import KitLot, RapidTest, Result, SelfTest
from lachan.sampling.rapid_forms import AT_HOME
from lachan.sampling.rapid_reading import Card
from lachan.sampling.wording import Band
from lachan.ui.wording import clock

#: State of a card -> its shape, so that colour is never the only sign.
SHAPES = {
    "late": "not",
    "repeat": "not",
    "ready": "need",
    "second": "need",
    "sign": "info",
    "ended": "not",
    "read": "info",
    "running": "info",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One card of the board: who (name and year, no more), where, how long, what to do now."""

    card: Card
    people: list[str]
    shape: str
    lead: str
    text: str
    seconds: int
    loud: bool


def shown(card: Card, people: list[PersonCard | None]) -> Shown:
    """A card in words."""
    lead, text = _said(card)
    return Shown(
        card=card,
        people=[name_and_year(one) for one in people],
        shape=SHAPES[card.state],
        lead=lead,
        text=text,
        seconds=max(0, int(card.left.total_seconds())),
        loud=card.state in {"ready", "second", "late", "repeat"},
    )


def name_and_year(card: PersonCard | None) -> str:
    """As far as a reader needs it: the name, and the year that tells two of a name apart."""
    if card is None or not card.name:
        return _("One person")
    return f"{card.name} · {card.birth_year}" if card.birth_year else card.name


def minutes(left: timedelta) -> str:
    """Whole minutes, the begun one counted."""
    count = -(-left // timedelta(minutes=1))
    return ngettext("%(count)d min", "%(count)d min", count) % {"count": count}


def _said(card: Card) -> tuple[str, str]:
    left = minutes(card.left)
    test = card.test
    words = {
        "running": (left, _("until it is read, at %(at)s") % {"at": clock(test.ready_at)}),
        "ready": (_("Read now"), _("still %(left)s") % {"left": left}),
        "second": (_("Second reader"), _("still %(left)s; read for yourself") % {"left": left}),
        "read": (_("You have read"), _("another person reads it")),
        "late": (_("Too late"), _("nobody reads it any more: repeat at once")),
        "repeat": (_("Invalid"), _("repeat at once with a new cassette")),
        "sign": (_("Repeated"), _("look at the old cassette and sign")),
        "ended": (_("Still invalid"), _("sign; then a sample for RT-PCR")),
    }
    return words[card.state]


def begun(test: RapidTest, people: list[PersonCard | None]) -> Band:
    """The time runs."""
    names = ", ".join(name_and_year(one) for one in people)
    lead = _("%(names)s: cassette %(code)s") % {"names": names, "code": test.tube.barcode}
    text = _("Read at %(at)s, no later than %(last)s.") % {
        "at": clock(test.ready_at),
        "last": clock(test.read_before),
    }
    return Band("may", lead, text)


def lot_taken(lot: KitLot) -> Band:
    """A box was scanned."""
    lead = _("%(name)s, lot %(lot)s") % {"name": lot.name, "lot": lot.lot}
    until = lot.expires.strftime("%d/%m/%Y")
    return Band("may", lead, _("Good until %(day)s. Scan the person.") % {"day": until})


def person_taken(card: PersonCard | None, count: int) -> Band:
    """A person was scanned."""
    text = _("Scan the cassette: the time begins.")
    if count > 1:
        text = _("%(count)d people share a cassette. Scan it: the time begins.") % {"count": count}
    return Band("may", name_and_year(card), text)


def lot_row(lot: Any, used: int, day: Any) -> dict[str, Any]:
    """A lot with what came in, what was used and what is left, which is never hidden by a zero."""
    return {
        "lot": lot,
        "received": lot.received,
        "used": used,
        "left": lot.received - used,
        "expired": lot.expires < day,
    }


def self_test(row: SelfTest) -> dict[str, Any]:
    """A report in words: what was said, when, and what the station answered."""
    answers = {
        "": (_("The health station has not looked yet."), "need"),
        "confirmed": (_("The health station has seen it."), "may"),
        "come": (_("Please come to the health station to be tested."), "need"),
        "dismissed": (_("It does not count: %(why)s") % {"why": row.note}, "not"),
    }
    answer, shape = answers[row.answer]
    if row.answer == "confirmed" and row.claimed == Result.Outcome.POSITIVE:
        answer = _("The health station has seen it. A sample is taken from you to make sure.")
    return {
        "row": row,
        "said": dict(AT_HOME)[Result.Outcome(row.claimed)],
        "answer": answer,
        "shape": shape,
    }
