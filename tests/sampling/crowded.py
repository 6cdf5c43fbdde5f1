"""A province full of tubes, written by the database itself: as many as a campaign of weeks has.

Of every hundred tubes one is rejected, one lost, ten are on the way and the others were received;
of these four in five have a result, one in fifty of which is positive.  The figures are known
beforehand (`expected`), so that a count of all of them can be checked against them.
"""

from collections import Counter

from django.db import connections

from lachan.core.clock import now
from lachan.core.ids import uuid7
from tests.places.units import BAC_NINH, NENH
from tests.sampling.people_at_the_table import Team

#: People of a tube, in turn.
SIZES = (1, 5, 10)

#: Tubes of a box.
BOX = 200

_FILL = """
create temporary table crowd on commit drop as
    select n, gen_random_uuid() as tube, gen_random_uuid() as result,
        (array[1, 5, 10])[1 + n %% 3] as size, n %% 100 as fate,
        %(now)s::timestamptz - interval '1 day' * (n %% %(days)s) - interval '6 hours' as at
    from generate_series(0, %(tubes)s - 1) as n;
insert into people_person (id, commune, province, birth_precision, sex, nationality, occupation,
        excluded, vouched_by, sealed, made_at)
    select gen_random_uuid(), %(commune)s, %(province)s, '', '', 'VN', '', false, '', ''::bytea,
        %(now)s from generate_series(1, greatest(10, %(tubes)s / 2));
create temporary table crowd_people on commit drop as
    select row_number() over () - 1 as p, id from people_person where sealed = ''::bytea;
create index on crowd_people (p);
insert into sampling_tube (id, barcode, "limit", organisation, laboratory, disease, method,
        opened_at, closed_at)
    select tube, 'M-' || n, size, %(unit)s, %(laboratory)s, 'covid-19', 'pcr', at,
        at + interval '5 minutes' from crowd;
insert into sampling_sample (id, tube_id, person_id, reason, round, taken_at, organisation,
        commune, province)
    select gen_random_uuid(), c.tube, p.id, case when c.n %% 2 = 0 then 'screening' else 'contact'
        end, 1 + (c.n %% 4) / 2, c.at, %(unit)s, %(commune)s, %(province)s
    from crowd c cross join lateral generate_series(0, c.size - 1) as k
    join crowd_people p on p.p = (c.n * 7 + k) %% (select count(*) from crowd_people);
create temporary table crowd_boxes on commit drop as
    select b, gen_random_uuid() as box from generate_series(0, %(tubes)s / %(box)s) as b;
insert into sampling_box (id, barcode, organisation, laboratory, made_at, made_by, packer, phone,
        sealed_at, temperature, unpacked_at, closed_at)
    select box, 'T-' || b, %(unit)s, %(laboratory)s, %(now)s - interval '40 days', %(who)s, 'A', '',
        %(now)s - interval '39 days', 4, %(now)s, %(now)s from crowd_boxes;
insert into sampling_packing (id, box_id, tube_id, listed, at, by, out, out_at, out_by,
        organisation, laboratory)
    select gen_random_uuid(), b.box, c.tube, true, c.at + interval '1 hour', %(who)s,
        case when fate < 2 or fate >= 12 then 'arrived' else '' end,
        case when fate < 2 or fate >= 12 then c.at + interval '2 hours' end,
        case when fate < 2 or fate >= 12 then %(who)s::uuid end, %(unit)s, %(laboratory)s
    from crowd c join crowd_boxes b on b.b = c.n / %(box)s;
insert into sampling_reception (id, tube_id, laboratory, accepted, reason, note, at, by)
    select gen_random_uuid(), tube, %(laboratory)s, fate <> 0,
        case when fate = 0 then 'leaking' else '' end, '', at + interval '2 hours', %(who)s
    from crowd where fate = 0 or fate >= 12;
insert into sampling_loss (id, tube_id, organisation, note, at, by)
    select gen_random_uuid(), tube, %(unit)s, '', at + interval '3 hours', %(who)s
    from crowd where fate = 1;
insert into sampling_result (id, tube_id, outcome, method, ct, test, source, message, laboratory,
        entered_at, entered_by)
    select result, tube, case when n %% 50 = 12 then 'positive' else 'negative' end, 'pcr', '{}',
        '', 'hand', '', %(laboratory)s, at + interval '3 hours', %(who)s
    from crowd where fate >= 12 and n %% 5 <> 4;
insert into sampling_approval (result_id, tube_id, at, by, laboratory)
    select result, tube, at + interval '4 hours', %(who)s, %(laboratory)s
    from crowd where fate >= 12 and n %% 5 <> 4;
insert into sampling_release (result_id, tube_id, confirms, at, by, laboratory)
    select result, tube, true, at + interval '5 hours', %(who)s, %(laboratory)s
    from crowd where fate >= 12 and n %% 5 <> 4;
"""

_TELL = """
insert into notices_notice (id, person_id, kind, values, reason, commune, province, state,
        drafted_at, approved_at, approved_by, sent_at, receipt, delivery, delivery_at, tries)
    select gen_random_uuid(), s.person_id, 'result_ready', '{}', c.result, %(commune)s,
        %(province)s, 'sent', c.at, c.at, %(who)s, c.at, '', 'delivered',
        c.at + interval '5 hours 1 minute', 1
    from crowd c join sampling_sample s on s.tube_id = c.tube
    where c.fate >= 12 and c.n %% 5 <> 4;
"""

_ANALYSE = (
    *("people_person", "sampling_tube", "sampling_sample", "sampling_box", "sampling_packing"),
    *("sampling_reception", "sampling_loss", "sampling_result", "sampling_release"),
    *("sampling_approval", "notices_notice"),
)


def fill(at: Team, tubes: int, *, days: int = 20) -> None:
    """So many closed tubes of the team in Nếnh over the last `days`."""
    values = {
        "tubes": tubes,
        "days": days,
        "now": now(),
        "unit": at.sampler.organisation,
        "laboratory": at.laboratory,
        "who": uuid7(),
        "box": BOX,
        "commune": NENH,
        "province": BAC_NINH,
    }
    connection = connections["owner"]
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("begin")
        for statement in f"{_FILL}{_TELL}".split(";\n"):
            if statement.strip():
                cursor.execute(statement, values)
        cursor.execute("commit")
        for table in _ANALYSE:
            cursor.execute(f"analyze {table}")


def expected(tubes: int) -> tuple[Counter[str], Counter[str]]:
    """The figures of `fill`, in tubes and in people, counted one tube after another."""
    in_tubes: Counter[str] = Counter()
    in_people: Counter[str] = Counter()
    for number in range(tubes):
        for name in _names(number):
            in_tubes[name] += 1
            in_people[name] += SIZES[number % 3]
    return in_tubes, in_people


def _names(number: int) -> list[str]:
    fate = number % 100
    where = {0: "rejected", 1: "missing"}.get(fate, "on_the_way" if fate < 12 else "received")
    names = ["collected", where]
    if where != "received":
        return names
    if number % 5 == 4:
        return [*names, "pending"]
    positive = number % 50 == 12
    kind = "negative" if not positive else "positive" if number % 3 == 0 else "pool_positive"
    return [*names, "resulted", "delivered", kind]
