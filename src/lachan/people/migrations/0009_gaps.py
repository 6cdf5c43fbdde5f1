"""A link may wait for its second officer; the Ministry proposes across provinces; own records."""

import django.contrib.postgres.fields
from django.db import migrations, models

from lachan.people.migrations._same import BEYOND

COUNTS = "undone_at is null and (approved_at is not null or not binding)"

#: As in 0008; a link that waits for its second officer opens nothing.
WAITING = (
    BEYOND.replace("create function", "create or replace function")
    .replace(
        "l.undone_at is null",
        "l.undone_at is null and (l.approved_at is not null or not l.binding)",
    )
    .replace("where undone_at is null", f"where {COUNTS}")
)

#: Records that stand for the person who is signed in, himself left out.  Only he asks, and only of
#: himself: it takes nothing and starts from the session.
OWN = """
create function core.same_of_own() returns uuid[] language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
        with recursive same (id) as (
            select s.person from core.session() s where s.person is not null
            union
            select case when l.kept_id = same.id then l.other_id else l.kept_id end
                from same join people_sameperson l on l.undone_at is null
                    and (l.approved_at is not null or not l.binding)
                    and (l.kept_id = same.id or l.other_id = same.id)
        )
        select coalesce(array_agg(id) filter (where id <> (select person from core.session())),
            '{}') from same
    $$;
revoke all on function core.same_of_own() from public;
grant execute on function core.same_of_own() to lachan_app;
"""

#: The Ministry proposes what no province sees whole; such a link never counts by itself.
MAY = """
grant update (agreed) on people_sameperson to lachan_app;
create policy propose on people_sameperson for insert to lachan_app with check (
    (select core.scope_national())
    and (select (core.session()).roles && array['ministry'])
    and binding and agreed = '{}' and undone_at is null and approved_at is null
    and made_by = (select core.scope_account())
    and kept_province <> other_province);
create policy take_back on people_sameperson for update to lachan_app using (
    undone_at is null and made_by = (select core.scope_account())
    and (select (core.session()).roles && array['ministry'])) with check (approved_at is null);
"""
MAY_NOT = """
drop policy take_back on people_sameperson;
drop policy propose on people_sameperson;
revoke update (agreed) on people_sameperson from lachan_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0008_same_person"),
    ]

    operations = [
        migrations.AddField(
            model_name="sameperson",
            name="binding",
            field=models.BooleanField(
                db_default=False, default=False, help_text="It counts only when it is approved"
            ),
        ),
        migrations.AddField(
            model_name="sameperson",
            name="agreed",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.IntegerField(), db_default=[], default=list, size=None
            ),
        ),
        migrations.RunSQL(WAITING, migrations.RunSQL.noop),
        migrations.RunSQL(OWN, "drop function core.same_of_own();"),
        migrations.RunSQL(MAY, MAY_NOT),
    ]
