"""Rules, kept true by the database: no overlap, no change but the setting of an open end."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
from django.db import migrations, models

import lachan.core.ids
from lachan.core.rowsecurity import Readable

#: A decision stores the id of its version; a version that could change would change the decision.
APPEND_ONLY = """
create function rulebook_append_only() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'UPDATE'
       and upper_inf(old.in_force) and not upper_inf(new.in_force)
       and lower(old.in_force) = lower(new.in_force)
       and to_jsonb(old) - 'in_force' = to_jsonb(new) - 'in_force' then
        return new;
    end if;
    raise exception 'a rule version is never changed or deleted; add a version'
        using errcode = 'restrict_violation';
end $$;
create trigger rulebook_append_only before update or delete on rulebook_ruleversion
    for each row execute function rulebook_append_only();
"""
UNDO = """
drop trigger rulebook_append_only on rulebook_ruleversion;
drop function rulebook_append_only();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [("core", "0002_ledgers")]

    operations = [
        migrations.CreateModel(
            name="RuleVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=30)),
                ("name", models.CharField(max_length=80)),
                ("disease", models.CharField(max_length=40)),
                ("regime", models.CharField(max_length=20)),
                ("province", models.IntegerField(default=0)),
                ("version", models.PositiveIntegerField()),
                ("in_force", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("document", models.CharField(max_length=300)),
                ("document_en", models.CharField(blank=True, max_length=300)),
                ("article", models.CharField(blank=True, max_length=200)),
                ("reading", models.CharField(max_length=20)),
                ("author", models.CharField(max_length=120)),
                ("body", models.JSONField()),
                ("sentences", models.JSONField(default=dict)),
                ("entered_at", models.DateTimeField()),
                ("entered_by", models.UUIDField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["kind", "regime", "disease"], name="rule_by_kind")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "name", "disease", "regime", "province", "version"),
                        name="rule_one_of_a_version",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("kind", "="),
                            ("name", "="),
                            ("disease", "="),
                            ("regime", "="),
                            ("province", "="),
                            ("in_force", "&&"),
                        ],
                        name="rule_one_in_force",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("in_force__isempty", False), ("in_force__startswith__isnull", False)
                        ),
                        name="rule_has_a_beginning",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("document", ""), _negated=True),
                        name="rule_names_its_document",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "disease_profile",
                                    "contact",
                                    "card_colour",
                                    "measure",
                                    "mandatory",
                                ],
                            )
                        ),
                        name="rule_kind_is_known",
                    ),
                ],
            },
        ),
        Readable("rulebook_ruleversion", write=True),
        migrations.RunSQL(APPEND_ONLY, UNDO),
    ]
