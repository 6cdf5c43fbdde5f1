"""The code of a shopping ticket: eight signs as a place code has, told apart by the address `/t/`.

The address holds nothing about anybody; what the ticket may, the market's rule says when read.
"""

import re

from lachan.formats.placecode import is_place_code, new_place_code, plain_place_code

_ADDRESS = re.compile(r"https?://[^/\s]+/t/([^/?#\s]+)/?(?:[?#]\S*)?", re.I)


def new_ticket_code() -> str:
    """A random code with its check sign."""
    return new_place_code()


def read_ticket_code(text: str, *, typed: bool = False) -> str:
    """The plain code of a ticket's address, or "" when the text is none.  `typed`: a bare code
    counts too, where only tickets are asked for; elsewhere it would be a place's."""
    found = _ADDRESS.fullmatch(text.strip())
    word = found[1] if found else text.strip() if typed else ""
    return plain_place_code(word) if is_place_code(word) else ""
