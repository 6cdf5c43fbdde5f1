"""The slow twin of counting: every row of every table, one tube after another, in plain Python.

It replays what hands did to a tube in order of time; the last thing says where it is.  It shares no
line and no query with what it checks.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from lachan.notices.models import Notice
from lachan.sampling.counting_pace import MOMENTS
from lachan.sampling.models import (
    Approval,
    Loss,
    Packing,
    PoolMember,
    Reception,
    Release,
    Result,
    Sample,
    Stray,
    Tube,
    Withdrawal,
)


def places(tube: Tube, at: datetime) -> str:
    """Where a closed tube is."""
    receptions = [row.at for row in Reception.objects.filter(tube=tube) if row.at <= at]
    strays = [row.at for row in Stray.objects.filter(tube=tube) if row.at <= at]
    packings = [row for row in Packing.objects.filter(tube=tube) if row.at <= at]
    assert tube.closed_at is not None
    told: list[tuple[datetime, int, str]] = [(tube.closed_at, 1, "on_the_way")]
    told += [(one, 4, "on_the_way") for one in strays]
    told += [
        (row.at, 6, "received" if row.accepted else "rejected")
        for row in Reception.objects.filter(tube=tube)
        if row.at <= at
    ]
    for row in packings:
        out = row.out_at if row.out_at is not None and row.out_at <= at else None
        if out is None:
            told.append((row.at, 3, "on_the_way"))
        elif row.out == "taken_out":
            told.append((out, 2, "on_the_way"))
        elif row.out == "left_over" and not any(
            row.at <= one <= out for one in [*receptions, *strays]
        ):
            told.append((out, 2, "missing"))
    for loss in Loss.objects.filter(tube=tube):
        found = loss.found_at if loss.found_at is not None and loss.found_at <= at else None
        if loss.at > at:
            continue
        if found is None:
            told.append((loss.at, 5, "missing"))
            continue
        held = any(
            row.at <= found and (row.out_at is None or row.out_at > found) for row in packings
        )
        if not held and not any(one <= found for one in receptions):
            told.append((found, 2, "on_the_way"))
    return max(told)[2]


def outcome(tube: Tube, at: datetime) -> str:
    """What was released last and not withdrawn; "" for nothing."""
    released = sorted(
        (row.at, str(row.result_id)) for row in Release.objects.filter(tube=tube) if row.at <= at
    )
    if not released:
        return ""
    result = UUID(released[-1][1])
    gone = [row.at for row in Withdrawal.objects.filter(result=result) if row.at <= at]
    return "" if gone else Result.objects.get(pk=result).outcome


def people(tube: Tube, at: datetime) -> list[Sample]:
    """Whose samples were in it."""
    return [
        row
        for row in Sample.written.filter(tube=tube)
        if row.taken_at <= at and (row.taken_back_at is None or row.taken_back_at > at)
    ]


def reached(sample: Sample, at: datetime) -> str:
    """What became of the message of the newest result to one person."""
    rows = [row for row in Release.objects.filter(tube=sample.tube_id) if row.at <= at]
    if not rows:
        return "untold"
    newest = max(rows, key=lambda row: (row.at, str(row.result_id))).result_id
    members = PoolMember.objects.filter(result=newest, person=sample.person_id)
    reasons = {newest, *members.values_list("pk", flat=True)}
    said = set()
    for notice in Notice.objects.filter(person=sample.person_id):
        if notice.reason not in reasons:
            continue
        by_then = notice.delivery_at is not None and notice.delivery_at <= at
        if notice.delivery == "delivered" and by_then:
            return "delivered"
        if notice.state == "failed" or (notice.delivery == "undeliverable" and by_then):
            said.add("undeliverable")
    return said.pop() if said else "untold"


def figures(tubes: list[Tube], at: datetime) -> tuple[Counter[str], Counter[str]]:
    """The figures in tubes and in people."""
    in_tubes: Counter[str] = Counter()
    in_people: Counter[str] = Counter()
    for tube in tubes:
        if tube.closed_at is None or tube.closed_at > at:
            continue
        inside, where, found = people(tube, at), places(tube, at), outcome(tube, at)
        names = ["collected", where]
        if found:
            told = Counter(reached(one, at) for one in inside)
            in_people.update(told)
            worst = next(
                (name for name in ("undeliverable", "untold") if told[name]),
                "delivered" if inside else "untold",
            )
            kind = {"negative": "negative", "positive": "positive"}.get(found, "unclear")
            if kind == "positive" and tube.limit > 1:
                kind = "pool_positive"
            in_tubes.update([worst])
            names += ["resulted", kind]
        elif where == "received":
            names.append("pending")
        in_tubes.update(names)
        in_people.update({name: len(inside) for name in names})
    return in_tubes, in_people


def took(
    times: Mapping[str, datetime], begins: str, ends: str, at: datetime, *, over: bool
) -> tuple[int, bool] | None:
    """Minutes that one tube took from a moment to another, or waits by now, and whether that is
    over; None where it did not go this way.  `over`: nothing more is to come of the tube."""
    start, end = times.get(begins), times.get(ends)
    if start is None:
        return None
    if end is not None:
        return ((end - start) // timedelta(minutes=1), True) if end >= start else None
    later = MOMENTS[MOMENTS.index(ends) + 1 :]
    if over or any(name in times for name in later):
        return None
    return (at - start) // timedelta(minutes=1), False


def moments(tube: Tube, at: datetime) -> dict[str, datetime]:
    """The moments of a tube by then, row after row."""
    assert tube.closed_at is not None
    inside = people(tube, at)
    packings = [
        row
        for row in Packing.objects.filter(tube=tube).select_related("box")
        if row.at <= at and not (row.out == "taken_out" and row.out_at and row.out_at <= at)
    ]
    handed = [
        leg.given_at
        for row in packings
        if row.listed
        for leg in row.box.legs.all()
        if leg.given_at <= at
    ]
    releases = [row for row in Release.objects.filter(tube=tube) if row.at <= at]
    told = {
        "taken": [row.taken_at for row in inside],
        "closed": [tube.closed_at],
        "packed": [row.at for row in packings],
        "handed": handed,
        "received": [r.at for r in Reception.objects.filter(tube=tube) if r.accepted],
        "resulted": [row.entered_at for row in Result.objects.filter(tube=tube)],
        "approved": [row.at for row in Approval.objects.filter(tube=tube)],
        "released": [row.at for row in releases],
    }
    return {
        name: min(kept) for name, ats in told.items() if (kept := [one for one in ats if one <= at])
    }
