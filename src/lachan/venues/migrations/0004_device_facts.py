"""What a device says of itself beside a scan: which of its own it is, its clock, and who judged."""

from django.db import migrations

#: Who or what may say that somebody was there; the names are those of `models.Source`.
SOURCES = "('gate', 'person', 'desk', 'kiosk', 'paper', 'interview', 'import')"
SOURCES_BEFORE = "('gate', 'person', 'desk', 'interview', 'import')"

ADD = """
alter table {table}
    add column counter bigint check (counter > 0),
    add column offset_ms bigint,
    add column offline boolean not null default false;
"""
DROP = "alter table {table} drop column counter, drop column offset_ms, drop column offline;"

CHECK = """
alter table venues_scan drop constraint venues_scan_source_check;
alter table venues_scan add constraint venues_scan_source_check check (source in {sources});
"""


class Migration(migrations.Migration):
    dependencies = [
        ("venues", "0003_told"),
    ]

    operations = [
        migrations.RunSQL(ADD.format(table=table), DROP.format(table=table))
        for table in ("venues_scan", "venues_conflict")
    ] + [
        migrations.RunSQL(CHECK.format(sources=SOURCES), CHECK.format(sources=SOURCES_BEFORE)),
    ]
