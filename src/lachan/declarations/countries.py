"""Countries by their code of ISO 3166-1, with names in both languages."""

from functools import lru_cache

from babel import Locale

from lachan.formats.vietnamese import fold

#: Regions that CLDR names by two letters and ISO 3166-1 does not assign.
#: Source: CLDR's supplemental validity data, "exceptionally reserved" and "private use" codes.
NOT_ISO = frozenset(
    {*("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC"), *("QO", "TA", "UN", "XA", "XB", "XK", "ZZ")}
)


@lru_cache(maxsize=2)
def names(language: str) -> dict[str, str]:
    """Code -> name in the reader's language, in the order of the alphabet without diacritics."""
    known = Locale("en" if language == "en" else "vi").territories
    found = {
        code: name
        for code, name in known.items()
        if len(code) == 2 and code.isalpha() and code not in NOT_ISO
    }
    return dict(sorted(found.items(), key=lambda each: fold(each[1])))
