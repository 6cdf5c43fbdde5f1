"""The demo's clock: which story was told and how far, and who asked to go on to when."""

from django.db import migrations, models

from lachan.core.rowsecurity import Readable

#: Anybody in front of a demo may ask, signed in or not; the database itself refuses production,
#: backwards, beyond the story's end, and a second wish before the first is fulfilled.
ASK = """
create function core.ask_clock(wanted timestamptz) returns bigint language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
    declare
        made bigint;
        last timestamptz := (select ends from core_story where id = 1);
    begin
        if last is null or not exists (select from core_installation where kind = 'demo') then
            raise exception 'not_demo';
        end if;
        if wanted <= core.now() then
            raise exception 'clock_backwards';
        end if;
        if wanted > last then
            raise exception 'clock_beyond';
        end if;
        insert into core_clockwish (wanted, asked_at, stage, rows)
            values (wanted, now(), 'waiting', 0)
            on conflict do nothing returning id into made;
        if made is null then
            raise exception 'clock_busy';
        end if;
        return made;
    end $$;
revoke all on function core.ask_clock(timestamptz) from public;
grant execute on function core.ask_clock(timestamptz) to lachan_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_ledgers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Story",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("options", models.JSONField()),
                ("starts", models.DateTimeField()),
                ("ends", models.DateTimeField()),
                (
                    "told_until",
                    models.DateTimeField(help_text="Everything until then is in the database"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="story_is_one")
                ],
            },
        ),
        migrations.CreateModel(
            name="ClockWish",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("wanted", models.DateTimeField()),
                ("asked_at", models.DateTimeField(help_text="By the machine's clock")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("recalling", "Recalling"),
                            ("telling", "Telling"),
                            ("done", "Done"),
                        ],
                        max_length=10,
                    ),
                ),
                ("rows", models.IntegerField(help_text="Facts that were told")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.expressions.Value(1),
                        condition=models.Q(("stage", "done"), _negated=True),
                        name="clock_wish_one_at_a_time",
                    )
                ],
            },
        ),
        Readable("core_story"),
        Readable("core_clockwish"),
        migrations.RunSQL(ASK, "drop function core.ask_clock(timestamptz)"),
    ]
