"""Whoever sees a person sees all doses: of every record that stands for him, and after a move."""

from django.db import migrations

WIDER = """
create policy see_by_same on vaccination_dose for select to lachan_app
    using (person_id = any((select core.same_beyond())::uuid[]))
"""

#: Nobody may change an entry; where its person lives is no part of what was entered.
FOLLOW = """
create function core.doses_follow() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
    begin
        update vaccination_dose set commune = new.commune, province = new.province
            where person_id = new.id;
        return null;
    end $$;
revoke all on function core.doses_follow() from public;
create trigger doses_follow after update of commune, province on people_person for each row
    when (old.commune <> new.commune or old.province <> new.province)
    execute function core.doses_follow();
"""
STAY = """
drop trigger doses_follow on people_person;
drop function core.doses_follow();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("vaccination", "0002_stock_books"),
        ("people", "0008_same_person"),
    ]

    operations = [
        migrations.RunSQL(WIDER, "drop policy see_by_same on vaccination_dose"),
        migrations.RunSQL(FOLLOW, STAY),
    ]
