"""Whether a result that was sent is one of the tube's disease: pure, so that every row of every way
is asked the same.

A message of a panel names influenza beside COVID-19 for the same tube, and a laboratory's system
sends whatever it knows of a number.  Only codes of the rulebook count; where a table has no codes,
its words must name no other disease.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lachan.formats.labresults import LabResult
from lachan.formats.vietnamese import fold

#: Why a result is none of its tube.
OTHER_DISEASE, TEST_UNKNOWN = "other_disease", "test_unknown"
#: A code of LOINC.  Source: LOINC Users' Guide, "LOINC code".
_LOINC = re.compile(r"\d{1,7}-\d")


@dataclass(frozen=True, slots=True)
class KnownTests:
    """`codes`: disease -> codes of its tests, folded by `code_of`; `names`: disease -> its names,
    folded by `fold`."""

    codes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    names: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def against(self, result: LabResult, disease: str, *, coded: bool) -> str:
        """Why the result is none of a tube of this disease; "" where it is.  `coded`: its sender
        must give a code, as messages do; a table has words or nothing at all."""
        code = code_of(result.test)
        if code in self.codes.get(disease, frozenset()):
            return self._named_other(result, disease)
        if any(code in codes for other, codes in self.codes.items() if other != disease):
            return OTHER_DISEASE
        if coded or _LOINC.fullmatch(code):
            return TEST_UNKNOWN
        return self._named_other(result, disease)

    def _named_other(self, result: LabResult, disease: str) -> str:
        """Whether the sender's words for the test name another disease, and not this one."""
        said = f" {fold(result.test_name)} "
        own = any(f" {name} " in said for name in self.names.get(disease, ()))
        others = (names for other, names in self.names.items() if other != disease)
        if own or not any(f" {name} " in said for names in others for name in names):
            return ""
        return OTHER_DISEASE


def code_of(test: str) -> str:
    """A code as it is compared: capitals and blanks do not count."""
    return "".join(test.split()).casefold()
