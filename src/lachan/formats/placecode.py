"""Place codes: short names that a poster shows and a person can read aloud over the telephone.

Seven symbols and a check symbol, shown in two groups (K7M2-QXTH). A place code is public, is no
secret and needs no signature: it only says where; who scans is said by the scanner's own token.
"""

import secrets

#: 31 symbols: digits and capitals without 0 O 1 I U, which are misread or misheard. A prime count,
#: so that the weighted sum finds every single wrong symbol and every swap of neighbours.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"
#: symbols before the check; 31**7 = 27,512,614,111 codes.
BODY = 7

_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}


def new_place_code() -> str:
    """A random code of eight symbols, check included. Uniqueness is the register's to keep."""
    return with_check("".join(secrets.choice(ALPHABET) for _ in range(BODY)))


def with_check(body: str) -> str:
    """The seven symbols with their check symbol."""
    return body + ALPHABET[_sum(body)]


def plain_place_code(text: str) -> str:
    """As stored: capitals without spaces and hyphens."""
    return text.replace("-", "").replace(" ", "").upper()


def is_place_code(text: str) -> bool:
    """Whether this is a code with the right check symbol, however it was grouped or cased."""
    if not text.isascii():
        return False
    code = plain_place_code(text)
    if len(code) != BODY + 1 or any(symbol not in _VALUE for symbol in code):
        return False
    return code == with_check(code[:BODY])


def shown_place_code(code: str) -> str:
    """For eyes and ears: two groups of four."""
    return f"{code[:4]}-{code[4:]}"


def _sum(body: str) -> int:
    return sum(weight * _VALUE[symbol] for weight, symbol in enumerate(body, 2)) % len(ALPHABET)
