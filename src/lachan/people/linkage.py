"""How likely two records are one person: Fellegi and Sunter's weights, computed by Splink.

Splink runs in DuckDB inside this process and asks no network.  What it compares is made here,
because it has to know Vietnamese names; how much an agreement says is data (`data/linkage.toml`).
Nothing here knows of Django or the database: `lachan people matching` runs it on invented people.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lachan.formats.vietnamese import accented_key, fold

DATA = Path(__file__).parent / "data" / "linkage.toml"

#: Middle names that are left out or put in as people please.
OFTEN_LEFT_OUT = frozenset({"thi", "van"})
#: Of the numbers that a person keeps, the twelve digits: century and sex, then the year.
_CCCD = 12
#: A family name that the table does not know.
_RARE = 0.005


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one record, opened.  `birth` in ISO as far as known; `documents` are numbers
    by kind; `phones` number -> how many people are reached by it."""

    name: str
    birth: str = ""
    sex: str = ""
    documents: tuple[tuple[str, str], ...] = ()
    phones: tuple[tuple[str, int], ...] = ()
    commune: int = 0


@dataclass(frozen=True, slots=True)
class Likeness:
    """How likely two records are one person, and the level of each comparison, by its name in the
    data; "" where one side says nothing."""

    probability: float
    levels: dict[str, str]


@cache
def figures() -> dict[str, Any]:
    """The table of weights and thresholds."""
    return tomllib.loads(DATA.read_text("utf-8"))


def likeness(pairs: Sequence[tuple[Known, Known]]) -> list[Likeness]:
    """The likeness of each pair, in order."""
    if not pairs:
        return []
    found = _predicted([_row(number, one, two) for number, (one, two) in enumerate(pairs)])
    return [found[number] for number in range(len(pairs))]


def identical(one: Known, two: Known) -> bool:
    """The only thing that joins records without a human: one identity document, one whole birth
    date, one folded name."""
    cards = [
        {pair for pair in each.documents if pair[0] in ("cccd", "cmnd")} for each in (one, two)
    ]
    return bool(
        cards[0] & cards[1]
        and len(one.birth) == len("2000-01-01")
        and one.birth == two.birth
        and fold(one.name)
        and fold(one.name) == fold(two.name)
    )


def name_level(one: str, two: str) -> str:
    """How two names agree; "" when one is missing."""
    a, b = fold(one), fold(two)
    if not a or not b:
        return ""
    if a == b:
        return _same_letters(one, two)
    words_a, words_b = a.split(), b.split()
    if sorted(words_a) == sorted(words_b):
        return "other_order"
    if _without_middle(words_a, words_b):
        return "without_middle"
    if near(a.replace(" ", ""), b.replace(" ", "")):
        return "typing"
    return "given" if words_a[-1] == words_b[-1] else "differs"


def _same_letters(one: str, two: str) -> str:
    """Equal without diacritics: the same name, one of them in plain letters, or two names."""
    a, b = accented_key(one), accented_key(two)
    if a == b:
        return "exact"
    return "plain" if fold(one) in (a, b) else "diacritics"


def _without_middle(a: list[str], b: list[str]) -> bool:
    """One has the other's words without some of the middle; Thị or Văn may stand anywhere."""
    short, long = sorted((a, b), key=len)
    if [word for word in a if word not in OFTEN_LEFT_OUT] == [
        word for word in b if word not in OFTEN_LEFT_OUT
    ]:
        return True
    rest = iter(long)
    return (
        len(short) >= 2
        and (short[0], short[-1]) == (long[0], long[-1])
        and all(word in rest for word in short)
    )


def birth_level(one: str, two: str) -> str:
    """How two birth dates agree as far as they are known; "" when one is missing."""
    if not one or not two:
        return ""
    if len(one) < 10 or len(two) < 10:
        short = min(len(one), len(two))
        if one[:short] == two[:short]:
            return "less_known"
        return _by_year(one, two)
    if one == two:
        return "day"
    if one[:4] == two[:4] and (one[5:7], one[8:]) == (two[8:], two[5:7]):
        return "swapped"
    return "typing" if near(one.replace("-", ""), two.replace("-", "")) else _by_year(one, two)


def _by_year(one: str, two: str) -> str:
    apart = abs(int(one[:4]) - int(two[:4]))
    return ("year", "year_beside")[apart] if apart < 2 else "differs"


def document_level(one: Known, two: Known) -> str:
    """The best agreement of numbers of one kind.  A nine-digit card says nothing against one of
    twelve: they are two numbers of one person; "" when no kind is on both sides."""
    if set(one.documents) & set(two.documents):
        return "same_number"
    both = [
        (a, b)
        for kind, a in one.documents
        for other, b in two.documents
        if kind == other and kind != "passport"
    ]
    if any(near(a, b) for a, b in both):
        return "typing"
    return "differs" if both else ""


def phone_level(one: Known, two: Known) -> str:
    """A phone of many is silent, and so is none; a shared one of few is a hint, never a proof."""
    most = figures()["phone_people"]
    mine, others = dict(one.phones), dict(two.phones)
    common = mine.keys() & others.keys()
    if not mine or not others:
        return ""
    if not common:
        return "differs"
    return "shared" if any(max(mine[each], others[each]) <= most for each in common) else ""


def near(a: str, b: str) -> bool:
    """One letter or digit changed, lost or added, or two neighbours swapped."""
    if abs(len(a) - len(b)) > 1 or a == b:
        return a == b
    at = next(
        (i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b))
    )
    rest_a, rest_b = a[at:], b[at:]
    if len(a) != len(b):
        return rest_a[1:] == rest_b or rest_a == rest_b[1:]
    swapped = rest_a[:2] == rest_b[1::-1] and rest_a[2:] == rest_b[2:]
    return rest_a[1:] == rest_b[1:] or swapped


def _row(number: int, one: Known, two: Known) -> tuple[Any, ...]:
    """The comparisons of a pair, each once; Splink reads them beside both records."""
    one, two = _completed(one), _completed(two)
    sexes = {one.sex, two.sex}
    name, document, phone = (
        name_level(one.name, two.name),
        document_level(one, two),
        phone_level(one, two),
    )
    if name == "differs":
        # One household has one phone, and twins have numbers that follow each other: beside another
        # name neither says anything.
        phone = ""
        document = "" if document == "typing" else document
    return (
        number,
        name,
        birth_level(one.birth, two.birth),
        document,
        phone,
        "" if "" in sexes else "agrees" if len(sexes) == 1 else "differs",
        "agrees" if one.commune == two.commune else "differs",
        _families(one.name, two.name),
    )


def _families(one: str, two: str) -> tuple[str, str]:
    """The family names, silent where the parts may stand in another order or one word is all."""
    a, b = fold(one).split(), fold(two).split()
    if len(a) < 2 or len(b) < 2 or name_level(one, two) == "other_order":
        return "", ""
    return a[0], b[0]


def _completed(one: Known) -> Known:
    """The twelve digits say the year of birth and the sex where nobody else does."""
    from dataclasses import replace

    from lachan.formats.identity import IdentityRefused, read_personal_number

    card = next((number for kind, number in one.documents if kind == "cccd"), "")
    if len(card) != _CCCD or (one.birth and one.sex):
        return one
    try:
        says = read_personal_number(card)
    except IdentityRefused:
        return one
    return replace(one, birth=one.birth or str(says.birth_year), sex=one.sex or says.sex)


COMPARED = ("name", "birth", "document", "phone", "sex", "commune")


def _predicted(rows: Iterable[tuple[Any, ...]]) -> dict[int, Likeness]:
    """Ask Splink; it is loaded only when somebody asks."""
    import duckdb
    from splink import DuckDBAPI, Linker

    table = list(rows)
    # Splink pairs records that share `pair`: the two sides of one question and no others.
    sides = {
        "unique_id": [f"{row[0]}{side}" for row in table for side in "ab"],
        "family": [family for row in table for family in row[-1]],
        **{
            name: [row[at] for row in table for _side in "ab"]
            for at, name in enumerate(("pair", *COMPARED))
        },
    }
    shares = figures()["family_share"]
    families = sorted(set(sides["family"]))
    known = {"family": families, "tf_family": [shares.get(each, _RARE) for each in families]}
    with duckdb.connect(":memory:") as connection:
        api = DuckDBAPI(connection=connection)
        linker = Linker(api.register(sides), settings(), log_level="WARNING")
        linker.table_management.register_term_frequency_lookup(api.register(known), "family")
        answer = linker.inference.predict().as_record_list()
    levels = {row[0]: dict(zip(COMPARED, row[1:-1], strict=True)) for row in table}
    return {
        row["pair_l"]: Likeness(float(row["match_probability"]), levels[row["pair_l"]])
        for row in answer
    }


def settings() -> dict[str, Any]:
    """Splink's settings from the table; nothing is trained, so the same pair always scores the
    same."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": figures()["prior"],
        "blocking_rules_to_generate_predictions": ["l.pair = r.pair"],
        "comparisons": [_family(), *(_comparison(name) for name in COMPARED)],
        "additional_columns_to_retain": ["pair"],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
    }


def _family() -> dict[str, Any]:
    """An equal family name says the more, the rarer it is: three of ten people are Nguyễn."""
    agrees, differs = figures()["family"]["agrees"], figures()["family"]["differs"]
    return {
        "output_column_name": "family",
        "comparison_levels": [
            {
                "sql_condition": "family_l = '' or family_r = ''",
                "label_for_charts": "silent",
                "is_null_level": True,
            },
            {
                "sql_condition": "family_l = family_r",
                "label_for_charts": "agrees",
                "m_probability": agrees["same"],
                "u_probability": agrees["chance"],
                "tf_adjustment_column": "family",
            },
            {
                "sql_condition": "ELSE",
                "label_for_charts": "differs",
                "m_probability": differs["same"],
                "u_probability": differs["chance"],
            },
        ],
    }


def _comparison(name: str) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {"sql_condition": f"{name}_l = ''", "label_for_charts": "silent", "is_null_level": True}
    ]
    for level, figure in figures()[name].items():
        condition = f"{name}_l = '{level}'" if level != "differs" else "ELSE"
        made = {
            "sql_condition": condition,
            "label_for_charts": level,
            "m_probability": figure["same"],
            "u_probability": figure["chance"],
        }
        levels.append(made)
    return {
        "output_column_name": name,
        "comparison_levels": levels,
    }
