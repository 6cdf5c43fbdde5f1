"""Words and codes by which laboratories say positive, negative, indeterminate and invalid.

Codes: SNOMED CT and LOINC answers of the value sets for qualitative laboratory results that WHO's
DDCC and HL7's SMART Health Cards guides publish, and of the United States' COVID-19 reporting
(pooled specimens, invalid).  Words: what Vietnamese offices write and what analysers print.

A text that says two different things, or nothing we know, has no outcome: a person decides.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from lachan.formats.vietnamese import fold

#: code -> outcome.  A presumptive positive asks for a second test before anybody is told, so it is
#: indeterminate here; suspected likewise.
_CODES = {
    # SNOMED CT
    "260373001": "positive",  # Detected
    "10828004": "positive",  # Positive
    "11214006": "positive",  # Reactive
    "52101004": "positive",  # Present
    "462371000124108": "positive",  # Detected in pooled specimen
    "260415000": "negative",  # Not detected
    "260385009": "negative",  # Negative
    "131194007": "negative",  # Non-reactive
    "2667000": "negative",  # Absent
    "895231008": "negative",  # Not detected in pooled specimen
    "419984006": "indeterminate",  # Inconclusive
    "82334004": "indeterminate",  # Indeterminate
    "280416009": "indeterminate",  # Indeterminate result
    "42425007": "indeterminate",  # Equivocal
    "720735008": "indeterminate",  # Presumptive positive
    "415684004": "indeterminate",  # Suspected
    "455371000124106": "invalid",  # Invalid result
    "125154007": "invalid",  # Specimen unsatisfactory for evaluation
    # LOINC answers
    "LA6576-8": "positive",  # Positive
    "LA11882-0": "positive",  # Detected
    "LA15255-5": "positive",  # Reactive
    "LA6577-6": "negative",  # Negative
    "LA11883-8": "negative",  # Not detected
    "LA15256-3": "negative",  # Nonreactive
    "LA9663-1": "indeterminate",  # Inconclusive
    "LA11884-6": "indeterminate",  # Indeterminate
    "LA11885-3": "indeterminate",  # Equivocal
    "LA15841-2": "invalid",  # Invalid
}

#: Signs, before punctuation is taken out.  A lone "-" is a cell nobody filled.
_SIGNS = {
    "+": "positive", "(+)": "positive", "++": "positive", "+++": "positive",
    "(-)": "negative", "(–)": "negative", "(−)": "negative",
    "±": "indeterminate", "(±)": "indeterminate", "+/-": "indeterminate",
    "(+/-)": "indeterminate",
}  # fmt: skip

#: Folded phrases in the order they are taken out of the text: what is denied or doubted first, so
#: that "not detected" does not also say "detected".
_PHRASES: tuple[tuple[str, str], ...] = (
    ("", r"(not|un|non|khong( phai)?|chua) ?(positive|negative|pos|neg|duong tinh|am tinh)|"
         r"(gioi han|nguong) phat hien|limits? of detection|"
         r"gram( stain)? (positive|negative|duong|am)( tinh)?|"
         r"(positive|negative) (control|predictive)"),
    ("invalid", r"khong hop le|khong dat( yeu cau| chat luong)?|not valid|invalid( result)?|"
                r"(specimen |sample )?unsatisfactory( for evaluation| specimen)?|no result|"
                r"(mau|bi) hong|mau khong du|loi (may|ky thuat)|error|failed|fail|aborted|"
                r"khong co gia tri"),
    ("indeterminate", r"(presumptive|presumed|suspected|probable|possible|nghi ngo|nghi)( la)? "
                      r"(positive|pos|duong tinh|detected)|indeterminate|inconclusive|equivocal|"
                      r"borderline|(khong|chua) (the )?(xac dinh|ket luan)|nghi ngo|"
                      r"(nguong|vung) xam|gr[ae]y zone"),
    ("negative", r"not detected|undetected|notdetected|none detected|non ?reactive|not reactive|"
                 r"no (\w+ ){1,6}detected|khong (\w+ ){0,5}?phat hien( (thay|duoc|ra))?|"
                 r"negative|neg|am tinh|absent|not found|khong thay"),
    ("positive", r"detected|reactive|positive|pos|duong tinh( yeu| manh)?|"
                 r"(co )?phat hien( (thay|duoc|ra))?"),
)  # fmt: skip
_PATTERNS = [(outcome, re.compile(rf"\b(?:{phrases})\b")) for outcome, phrases in _PHRASES]
#: Short words that mean it only alone and in exactly this spelling: "đường" is sugar, "âm" begins
#: a part of the body, "lợi" is a gum, "hồng" a colour.
_ALONE = {
    "dương": "positive", "duong": "positive", "âm": "negative", "am": "negative",
    "lỗi": "invalid", "loi": "invalid", "hỏng": "invalid", "hong": "invalid",
}  # fmt: skip
#: characters; a sentence that is longer is a report, and is read by a person.
_LONGEST = 400

#: A Ct written into a value: "Ct 23,4", "CT=31.20", "Cq: 18", "(Ct E: 21,5)".
_CT = re.compile(
    r"\bc[tqp]\b(?:[ _]*(?:value|mean|trung bình|tb))?"
    r"(?:[ _]*[(\[]?(?:gene? )?(?P<target>(?-i:[A-Z])[\w/-]{0,11})[)\]]?)?\s*[:=]?\s*"
    r"(?P<sign>[<>≤≥]?)\s*(?P<cycles>\d{1,2}(?:[.,]\d{1,6})?)(?![\d.,]*\d)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{1,2}(?:[.,]\d{1,17})?", re.ASCII)
#: Words of a Ct cell that say: this target never rose.
_NO_CT = frozenset(
    (
        "", "undetermined", "undet", "no ct", "noct", "no cq", "n a", "na", "nan", "none", "null",
        "negative", "neg", "not detected", "nd", "n d", "no amplification", "am tinh", "khong",
        "khong co", "khong len", "khong phat hien",
    )
)  # fmt: skip
#: cycles; no protocol runs longer, and a number beyond is no Ct.
LONGEST_RUN = 60.0


@lru_cache(maxsize=4096)  # a list of results repeats its words
def outcome_of(text: str) -> str:
    """One of `labresults.OUTCOMES`: of a SNOMED CT or LOINC answer code, of English or Vietnamese
    words, of an analyser's sign.  "" for anything else."""
    bare = text.strip()
    if not bare or len(bare) > _LONGEST:
        return ""
    sign = _CODES.get(bare.upper()) or _SIGNS.get(bare.replace(" ", ""))
    alone = _ALONE.get(unicodedata.normalize("NFC", bare).casefold())
    return sign or alone or _outcome_of_words(fold(bare))


def outcome_of_all(texts: Iterable[str]) -> str:
    """The one outcome that code, display and original text agree on; "" when two say different
    things."""
    found = {outcome for outcome in map(outcome_of, texts) if outcome}
    return found.pop() if len(found) == 1 else ""


def _outcome_of_words(words: str) -> str:
    found = set()
    for outcome, pattern in _PATTERNS:
        words, times = pattern.subn(" ", words)
        if times:
            found.add(outcome)
    return found.pop() if len(found) == 1 else ""


def ct_of(text: str) -> float | None:
    """Cycles of a cell that holds a Ct and nothing else; None where the target never rose.

    Accepts decimal commas.  Raises ValueError for anything else: a Ct is never guessed."""
    bare = text.strip()
    if bare in ("-", "--", "—", "–") or fold(bare) in _NO_CT:
        return None
    if not _NUMBER.fullmatch(bare):
        raise ValueError(text)
    cycles = float(bare.replace(",", "."))
    if cycles == 0:  # several exports write 0 where nothing rose
        return None
    if cycles > LONGEST_RUN:
        raise ValueError(text)
    return cycles


def ct_in(text: str) -> dict[str, float]:
    """Ct values written into a value, by target ("" where none is named): "Dương tính (Ct 23,4)",
    "Ct E: 21.5; Ct RdRP: 22.1".  "Ct > 40" says that nothing rose and gives none."""
    found: dict[str, float] = {}
    for each in _CT.finditer(text[:_LONGEST]):
        cycles = float(each["cycles"].replace(",", "."))
        if each["sign"] in (">", "≥") or not 0 < cycles <= LONGEST_RUN:
            continue
        found.setdefault(each["target"] or "", cycles)
    return found
