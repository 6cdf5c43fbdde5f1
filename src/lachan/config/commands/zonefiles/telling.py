"""What `lachan zone` says on standard error: refused rows and sums that close."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lachan.config.commands.tracefiles.reading import Refusal

Figures = Mapping[str, Any]


def tell_refusals(refusals: Iterable[Refusal], *, as_json: bool) -> None:
    """One line a row."""
    for refusal in refusals:
        if as_json:
            line = json.dumps(refusal._asdict(), ensure_ascii=False)
        else:
            line = f"{refusal.file}:{refusal.row} {refusal.code} {refusal.reason}"
        sys.stderr.write(line + "\n")


def tell_summary(summary: Figures, *, as_json: bool) -> None:
    """One line of JSON, or sentences."""
    if as_json:
        sys.stderr.write(json.dumps(summary, ensure_ascii=False) + "\n")
        return
    for line in sentences(summary):
        sys.stderr.write(line + "\n")


def sentences(summary: Figures) -> Iterable[str]:
    """The summary in words."""
    yield (
        f"{summary['rows']} rows used, {summary['refused']} refused: {summary['exposed']} exposed "
        f"people, {summary['places']} places, risk {summary['risk']}."
    )
    yield from plan_sentences(summary["plan"])
    for other in summary["alternatives"]:
        yield from plan_sentences(other)
    if summary["communes"]:
        yield from commune_sentences(summary["communes"])


def plan_sentences(plan: Figures) -> Iterable[str]:
    """What one plan closes and covers, and what is proved of it."""
    yield (
        f"Cover {plan['cover']}: close {plan['places']} places, {plan['people']} people, "
        f"{plan['businesses']} businesses (cost {plan['cost']})."
    )
    short = "" if plan["reached"] else f" (of {plan['risk_needed']} needed: no place has more)"
    yield (
        f"  covers {plan['exposed_covered']} people with risk {plan['risk_covered']}{short}; "
        f"leaves {plan['exposed_left']} people with risk {plan['risk_left']}."
    )
    bound = plan["bound"]
    if bound is None:
        return
    if bound["best"]:
        yield "  no plan costs less: this is the best there is."
        return
    gap = bound["gap_percent"]
    proved = "at most unknown" if gap is None else f"at most {gap} %"
    early = "; time was over first" if bound["cut"] else ""
    yield f"  no plan costs less than {bound['cost']}; this one is {proved} dearer{early}."


def commune_sentences(communes: Sequence[Figures]) -> Iterable[str]:
    """The plan against closing the whole communes it touches."""
    total = {key: sum(row[key] for row in communes) for key in communes[0] if key != "commune"}
    for row in [*communes, {"commune": "together", **total}]:
        yield (
            f"  {row['commune'] or '(no commune)'}: {row['people']} of {row['all_people']} people, "
            f"{row['businesses']} of {row['all_businesses']} businesses, "
            f"{row['places']} of {row['all_places']} places."
        )
