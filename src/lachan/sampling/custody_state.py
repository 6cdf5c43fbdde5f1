"""Where every tube stands, derived from rows: nothing vanishes between two scans.

The newest thing that happened to a tube in somebody's hands says where it is (closed, packed, found
somewhere, lost, accepted, rejected); what the laboratory found comes after it.  Nobody writes a
state, so none can be wrong or missing: a tube without any later row is still where it was, and its
`since` grows until the board names it.

A session derives from the rows it may read: outside the laboratory a result exists from its release
on, so a tube is `received` there until then.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import connections
from django.db.models import QuerySet

from lachan.sampling.models import Tube


class TubeState(StrEnum):
    """Where a tube stands; every opened tube is in exactly one."""

    COLLECTING = "collecting"
    CLOSED = "closed"
    PACKED = "packed"
    HANDED_OVER = "handed_over"
    RECEIVED = "received"
    REJECTED = "rejected"
    MISSING = "missing"
    RUNNING = "running"
    RESULT = "result"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


class Stage(StrEnum):
    """What a tube waits for; finer than its state, because somebody else has to do it."""

    OPEN = "open"
    UNPACKED = "unpacked"
    PACKED = "packed"
    ROAD = "road"
    ARRIVED = "arrived"
    UNSCANNED = "unscanned"
    STRAY = "stray"
    LEFT_OVER = "left_over"
    ACCEPTED = "accepted"
    RUNNING = "running"
    ENTERED = "entered"
    APPROVED = "approved"
    LOST = "lost"
    REJECTED = "rejected"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


#: Nothing more is to be done with the tube: no alarm.  For a lost or rejected one people are asked
#: to be sampled again, and that request has a deadline of its own.
ENDS = frozenset({Stage.LOST, Stage.REJECTED, Stage.RELEASED, Stage.WITHDRAWN})

#: The state that each stage belongs to.
STATE_OF = {
    Stage.OPEN: TubeState.COLLECTING,
    Stage.UNPACKED: TubeState.CLOSED,
    Stage.PACKED: TubeState.PACKED,
    Stage.ROAD: TubeState.HANDED_OVER,
    Stage.ARRIVED: TubeState.HANDED_OVER,
    Stage.UNSCANNED: TubeState.HANDED_OVER,
    Stage.STRAY: TubeState.HANDED_OVER,
    Stage.LEFT_OVER: TubeState.MISSING,
    Stage.LOST: TubeState.MISSING,
    Stage.ACCEPTED: TubeState.RECEIVED,
    Stage.RUNNING: TubeState.RUNNING,
    Stage.ENTERED: TubeState.RESULT,
    Stage.APPROVED: TubeState.RESULT,
    Stage.REJECTED: TubeState.REJECTED,
    Stage.RELEASED: TubeState.RELEASED,
    Stage.WITHDRAWN: TubeState.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one tube stands.  `since`: what it waits for began; `box`: the box it lies in, or lay
    in when it was not found there."""

    tube: UUID
    state: TubeState
    stage: Stage
    since: datetime
    box: UUID | None


#: Tubes in a run of the laboratory: columns tube, at.  Runs are written by the laboratory's part.
RUNNING = "select null::uuid as tube, null::timestamptz as at where false"

#: What happened to a tube in somebody's hands: tube, at, rank (of two at one instant), what, box.
#: A loss that ended brings the tube back to where it was; in no box and at no laboratory it is with
#: the unit again.
_EVENTS = """
select a.tube, t.closed_at as at, 1 as rank, 'closed' as what, null::uuid as box
    from asked a join sampling_tube t on t.id = a.tube, moment m where t.closed_at <= m.at
union all
select p.tube_id, p.at, 3, 'packed', p.box_id
    from asked a join sampling_packing p on p.tube_id = a.tube, moment m
    where p.at <= m.at and (p.out_at is null or p.out_at > m.at)
union all
select p.tube_id, p.out_at, 2, p.out, p.box_id
    from asked a join sampling_packing p on p.tube_id = a.tube, moment m
    where p.out_at <= m.at and (p.out = 'taken_out' or p.out = 'left_over'
        and not exists (select 1 from sampling_reception r
            where r.tube_id = p.tube_id and r.at between p.at and p.out_at)
        and not exists (select 1 from sampling_stray s
            where s.tube_id = p.tube_id and s.at between p.at and p.out_at))
union all
select s.tube_id, s.at, 4, 'stray', s.box_id
    from asked a join sampling_stray s on s.tube_id = a.tube, moment m where s.at <= m.at
union all
select l.tube_id, l.at, 5, 'lost', null
    from asked a join sampling_loss l on l.tube_id = a.tube, moment m
    where l.at <= m.at and (l.found_at is null or l.found_at > m.at)
union all
select l.tube_id, l.found_at, 2, 'found', null
    from asked a join sampling_loss l on l.tube_id = a.tube, moment m
    where l.found_at <= m.at
    and not exists (select 1 from sampling_reception r
        where r.tube_id = l.tube_id and r.at <= l.found_at)
    and not exists (select 1 from sampling_packing p where p.tube_id = l.tube_id
        and p.at <= l.found_at and (p.out_at is null or p.out_at > l.found_at))
union all
select r.tube_id, r.at, 6, case when r.accepted then 'accepted' else 'rejected' end, null
    from asked a join sampling_reception r on r.tube_id = a.tube, moment m where r.at <= m.at
"""


#: The result that counts of each tube; and none, where only hands are asked for.
_FOUND = """
found as (
    select distinct on (r.tube_id) r.tube_id as tube, r.id, r.entered_at
    from asked a join sampling_result r on r.tube_id = a.tube, moment m
    where r.entered_at <= m.at order by r.tube_id, r.entered_at desc, r.id desc),
"""
_NOTHING_FOUND = """
found as (select null::uuid as tube, null::uuid as id, null::timestamptz as entered_at where false),
"""

#: What is known of each tube: its newest event, the result that counts, its run, its box.
_JOINED = """
newest as (select distinct on (tube) * from events order by tube, at desc, rank desc),
run as (select r.tube, max(r.at) as at
    from asked a join running r on r.tube = a.tube, moment m where r.at <= m.at group by r.tube),
legs as (
    select h.box_id as box, min(h.given_at) as given_at,
        min(h.taken_at) filter (where h.arrives) as arrived_at
    from sampling_handover h, moment m
    where h.box_id in (select n.box from newest n where n.what = 'packed') and h.given_at <= m.at
    group by h.box_id),
joined as (
    select t.id as tube, t.opened_at, n.what, n.at, n.box, f.id as result, f.entered_at,
        p.at as approved_at, e.at as released_at, w.at as withdrawn_at, run.at as run_at,
        l.given_at,
        case when l.arrived_at <= m.at then l.arrived_at end as arrived_at,
        case when b.unpacked_at <= m.at then b.unpacked_at end as unpacked_at
    from asked a cross join moment m join sampling_tube t on t.id = a.tube
    left join newest n on n.tube = t.id
    left join sampling_box b on b.id = n.box
    left join legs l on l.box = n.box
    left join run on run.tube = t.id
    left join found f on f.tube = t.id
    left join sampling_approval p on p.result_id = f.id and p.at <= m.at
    left join sampling_release e on e.result_id = f.id and e.at <= m.at
    left join sampling_withdrawal w on w.result_id = f.id and w.at <= m.at
    where t.opened_at <= m.at)
"""

#: The stage of each tube, and since when.
_STAGED = """
staged as (
    select j.*, case
        when withdrawn_at is not null then 'withdrawn'
        when released_at is not null then 'released'
        when what in ('lost', 'rejected') and (entered_at is null or at > entered_at) then what
        when approved_at is not null then 'approved'
        when result is not null then 'entered'
        when what = 'accepted' and run_at >= at then 'running'
        when what in ('accepted', 'stray', 'left_over') then what
        when what = 'packed' and unpacked_at is not null and arrived_at is not null then 'unscanned'
        when what = 'packed' and arrived_at is not null then 'arrived'
        when what = 'packed' and given_at is not null then 'road'
        when what = 'packed' then 'packed'
        when what is not null then 'unpacked'
        else 'open' end as stage
    from joined j)
select tube, stage, case stage
        when 'withdrawn' then withdrawn_at
        when 'released' then released_at
        when 'approved' then approved_at
        when 'entered' then entered_at
        when 'running' then run_at
        when 'unscanned' then unpacked_at
        when 'arrived' then arrived_at
        when 'road' then given_at
        when 'open' then opened_at
        else at end as since,
    box
from staged
"""


def states_sql(tubes: str, *, hands: bool = False) -> str:
    """A query of where tubes stand: columns tube, stage, since, box; one row for each tube that was
    opened by then.  `tubes`: a query of ids, with the parameters it needs.

    Parameters: those of `tubes`, then the instant.  The state is `STATE_OF[stage]`.  `hands`: whose
    hands it is in, whatever was found in it.
    """
    found = _NOTHING_FOUND if hands else _FOUND
    return f"""
with asked(tube) as materialized ({tubes}),
moment(at) as (values (%s::timestamptz)),
running(tube, at) as ({RUNNING}),
events as ({_EVENTS}), {found}{_JOINED}, {_STAGED}"""


def standings(
    tubes: QuerySet[Tube] | Iterable[UUID], at: datetime, *, hands: bool = False
) -> list[Standing]:
    """Where each of these tubes stood at an instant, in one question.  Tubes opened later, and
    those the session may not see, are left out.  `hands`: whatever was found in them."""
    if isinstance(tubes, QuerySet):
        whole = tubes if tubes.query.is_sliced else tubes.order_by()
        asked, values = whole.values("pk").query.sql_with_params()
    else:
        asked, values = "select unnest(%s::uuid[])", (list(tubes),)
    with connections["default"].cursor() as cursor:
        cursor.execute(states_sql(asked, hands=hands), [*values, at])
        rows = cursor.fetchall()
    return [
        Standing(tube, STATE_OF[Stage(stage)], Stage(stage), since, box)
        for tube, stage, since, box in rows
    ]


def states_of(tubes: QuerySet[Tube] | Iterable[UUID], at: datetime) -> dict[UUID, TubeState]:
    """The state of each of these tubes at an instant: tube -> state."""
    return {standing.tube: standing.state for standing in standings(tubes, at)}
