"""Lots, sessions and the dose ledger, with who may see and write them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids
from lachan.core.rowsecurity import RowSecurity, seen

#: Where and when is vaccinated, and with which lots, is public; who works there writes it.
OPEN = """
alter table vaccination_lot enable row level security;
grant select on vaccination_lot to lachan_app, lachan_gate;
grant insert on vaccination_lot to lachan_app;
create policy everybody on vaccination_lot for select using (true);
create policy append on vaccination_lot for insert to lachan_app with check (
    organisation = (select core.scope_organisation()) or (select core.scope_system()));
alter table vaccination_session enable row level security;
grant select on vaccination_session to lachan_app, lachan_gate;
grant insert, update on vaccination_session to lachan_app;
create policy everybody on vaccination_session for select using (true);
create policy append on vaccination_session for insert to lachan_app with check (
    (organisation = (select core.scope_organisation())
        or commune = (select core.scope_commune()) or province = (select core.scope_province())
        or (select core.scope_system()))
    and (select (core.session()).roles
        && array['vaccinator', 'station_officer', 'director', 'system']));
create policy change on vaccination_session for update to lachan_app using (
    (organisation = (select core.scope_organisation())
        or commune = (select core.scope_commune()) or province = (select core.scope_province())
        or (select core.scope_system()))
    and (select (core.session()).roles
        && array['vaccinator', 'station_officer', 'director', 'system']));
"""
CLOSED = """
drop policy change on vaccination_session;
drop policy append on vaccination_session;
drop policy everybody on vaccination_session;
drop policy append on vaccination_lot;
drop policy everybody on vaccination_lot;
"""

#: Who enters doses.  Nobody changes or deletes one: there is no grant for it.
ENTERS = (
    "(select core.scope_system()) or (select (core.session()).roles"
    " && array['vaccinator', 'station_officer', 'director'])"
)
#: An entry lies where its person lives.
AT_HOME = (
    "exists (select 1 from people_person p where p.id = vaccination_dose.person_id"
    " and p.commune = vaccination_dose.commune and p.province = vaccination_dose.province)"
)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0007_household_dwelling"),
        ("places", "0003_dwellings"),
    ]

    operations = [
        migrations.CreateModel(
            name="Lot",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                (
                    "product",
                    models.CharField(
                        help_text="Code of the vaccine in the rulebook", max_length=40
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        help_text="As printed, in capitals without spaces", max_length=40
                    ),
                ),
                ("expires_on", models.DateField(help_text="The last day on which it is used")),
                ("gtin", models.CharField(blank=True, default="", max_length=14)),
                ("doses_per_vial", models.SmallIntegerField()),
                ("open_hours", models.SmallIntegerField()),
                ("organisation", models.UUIDField(help_text="The store that entered it first")),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("product", "number"), name="lot_is_one"),
                    models.CheckConstraint(
                        condition=models.Q(("doses_per_vial__gte", 1), ("open_hours__gte", 0)),
                        name="lot_holds_doses",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                (
                    "organisation",
                    models.UUIDField(help_text="The vaccination facility (cơ sở tiêm chủng)"),
                ),
                ("name", models.CharField(max_length=120)),
                ("mobile", models.BooleanField(default=False)),
                ("disease", models.CharField(max_length=40)),
                (
                    "products",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "tables",
                    models.SmallIntegerField(default=1, help_text="Injection tables (bàn tiêm)"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("open", "Open"),
                            ("stopped", "Stopped"),
                            ("closed", "Closed"),
                        ],
                        default="planned",
                        max_length=8,
                    ),
                ),
                ("why_stopped", models.CharField(blank=True, default="", max_length=200)),
                ("stopped_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("commune", models.IntegerField(help_text="Where it takes place")),
                ("province", models.IntegerField()),
                ("made_at", models.DateTimeField()),
                (
                    "place",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.place",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "-starts_at"], name="session_by_organisation"
                    ),
                    models.Index(fields=["province", "-starts_at"], name="session_by_province"),
                    models.Index(fields=["commune", "-starts_at"], name="session_by_commune"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="session_ends_after_it_starts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tables__gte", 1)), name="session_has_tables"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Dose",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("disease", models.CharField(max_length=40)),
                ("product", models.CharField(max_length=40)),
                ("lot_text", models.CharField(blank=True, default="", max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("primary", "Primary"),
                            ("additional", "Additional"),
                            ("booster", "Booster"),
                        ],
                        default="primary",
                        max_length=10,
                    ),
                ),
                ("told_number", models.SmallIntegerField(null=True)),
                ("given_at", models.DateTimeField()),
                ("device_at", models.DateTimeField(null=True)),
                ("received_at", models.DateTimeField()),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("site", "Site"),
                            ("paper", "Paper"),
                            ("import", "Import"),
                            ("elsewhere", "Elsewhere"),
                            ("abroad", "Abroad"),
                            ("reversal", "Reversal"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "organisation",
                    models.UUIDField(help_text="The facility that gave or entered it", null=True),
                ),
                ("where_text", models.CharField(blank=True, default="", max_length=160)),
                ("table", models.SmallIntegerField(null=True)),
                (
                    "arm",
                    models.CharField(
                        blank=True, default="", help_text="left, right, other", max_length=5
                    ),
                ),
                (
                    "agreed",
                    models.BooleanField(
                        default=False, help_text="Agreed in writing to another vaccine"
                    ),
                ),
                (
                    "document",
                    models.CharField(
                        blank=True, default="", help_text="Paper it is on", max_length=80
                    ),
                ),
                ("decision", models.JSONField(default=dict)),
                (
                    "flags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                ("entered_by", models.UUIDField()),
                ("injected_by", models.CharField(blank=True, default="", max_length=120)),
                (
                    "why",
                    models.CharField(
                        blank=True, default="", help_text="Of a reversal", max_length=200
                    ),
                ),
                (
                    "content_sha256",
                    models.BinaryField(
                        help_text="Of what was sent: the same id with other content"
                    ),
                ),
                (
                    "commune",
                    models.IntegerField(help_text="Today's unit of the person's present stay"),
                ),
                ("province", models.IntegerField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="vaccination.dose",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vaccination.lot",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vaccination.session",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "given_at"], name="dose_of_person"),
                    models.Index(fields=["organisation", "-given_at"], name="dose_by_organisation"),
                    models.Index(fields=["commune", "-given_at"], name="dose_by_commune"),
                    models.Index(fields=["province", "-given_at"], name="dose_by_province"),
                    models.Index(fields=["lot", "given_at"], name="dose_by_lot"),
                    models.Index(fields=["session", "given_at"], name="dose_by_session"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("reverses", None),
                                ("why", ""),
                                models.Q(("source", "reversal"), _negated=True),
                            ),
                            models.Q(
                                ("reverses__isnull", False),
                                ("source", "reversal"),
                                models.Q(("why", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="dose_reversal_says_why",
                    )
                ],
            },
        ),
        migrations.RunSQL(OPEN, CLOSED),
        RowSecurity(
            "vaccination_dose",
            commune="commune",
            province="province",
            person="person_id",
            organisation="organisation",
            grant="person",
            key="person_id",
            insert=ENTERS,
            change=False,
            only=f"{seen('vaccination_dose', 'person_id')} and {AT_HOME}",
        ),
    ]
