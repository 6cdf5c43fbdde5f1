"""Whoever sees one record of a person sees the doses of all records that stand for that person."""

from django.db import migrations

WIDER = """
create policy see_by_same on vaccination_dose for select to lachan_app
    using (person_id = any((select core.same_beyond())::uuid[]))
"""


class Migration(migrations.Migration):
    dependencies = [
        ("vaccination", "0001_first"),
        ("people", "0008_same_person"),
    ]

    operations = [migrations.RunSQL(WIDER, "drop policy see_by_same on vaccination_dose")]
