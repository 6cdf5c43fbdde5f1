"""What reading a scanned text gives; `formats.qr` is the door to all who read."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Recognised:
    """`kind`: person_token, slip_token, declaration_token, place, place_2021, personal_2021, cccd,
    bhyt, certificate, smart_health_card, gs1, unknown.  `text`: the scanned text without what a
    scanner added.  `fields`: what the text says, by our names; absent things are "".  `problems`:
    codes of what does not fit, none stops reading.  `extras`: further fields that nobody has
    explained, in their order.  `entries`: what a text holds several of, such as the doses of a
    certificate."""

    kind: str
    text: str
    fields: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    entries: tuple[Mapping[str, str], ...] = ()


def unknown(text: str, problem: str) -> Recognised:
    """A text that cannot be read, and why."""
    return Recognised("unknown", text, {}, (problem,))
