"""The devices of a vaccination site, the ledger of what they sent, visits, and missing fields."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids
from lachan.core.ledgers import Ledger
from lachan.core.rowsecurity import RowSecurity, seen

#: The hot path appends, and asks whose token this is and which digests are there.  The facility's
#: own people list and close its devices; nobody reads a token.
LEDGER = """
grant insert on vaccination_sent to lachan_gate;
create policy append_by_gate on vaccination_sent for insert to lachan_gate with check (true);
create index vaccination_sent_waiting on vaccination_sent (at) where settled_at is null;
create index vaccination_sent_person on vaccination_sent (person, session);
create index vaccination_sent_device on vaccination_sent (device, counter);
create index vaccination_sent_document on vaccination_sent (document) where document is not null;
create index vaccination_sent_organisation on vaccination_sent (organisation, at);

create function vaccination_sent_stored(days date[], ids uuid[])
    returns table (day date, id uuid, digest bytea)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select s.day, s.id, s.payload_hmac
        from unnest(days, ids) as wanted (day, id) join vaccination_sent s using (day, id)
    $$;
create function vaccination_site_of(wanted bytea)
    returns table (device uuid, organisation uuid, account uuid)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select d.id, d.organisation, d.made_by
        from vaccination_sitedevice d where d.token_sha256 = wanted and d.closed_at is null
    $$;
create function vaccination_site_carried(wanted bytea)
    returns table (device uuid, organisation uuid, account uuid, label text, closed_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select d.id, d.organisation, d.made_by, d.label, d.closed_at
        from vaccination_sitedevice d
        where d.token_sha256 = wanted and (core.session()).roles
            && array['vaccinator', 'station_officer', 'director', 'system']
    $$;
create function core.same_site_event(on_day date, known uuid, digests bytea[]) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select (core.session()).roles
            && array['vaccinator', 'station_officer', 'director', 'system']
            and exists (select from vaccination_sent s
            where s.day = on_day and s.id = known and s.payload_hmac = any(digests))
    $$;
revoke all on function core.same_site_event(date, uuid, bytea[]),
    vaccination_sent_stored(date[], uuid[]), vaccination_site_of(bytea),
    vaccination_site_carried(bytea) from public;
grant execute on function core.same_site_event(date, uuid, bytea[]) to lachan_app;
grant execute on function vaccination_sent_stored(date[], uuid[]) to lachan_gate;
grant execute on function vaccination_site_of(bytea) to lachan_gate;
grant execute on function vaccination_site_carried(bytea) to lachan_app;
"""
UNDO_LEDGER = """
drop function core.same_site_event(date, uuid, bytea[]);
drop function vaccination_site_carried(bytea);
drop function vaccination_site_of(bytea);
drop function vaccination_sent_stored(date[], uuid[]);
drop policy append_by_gate on vaccination_sent;
"""

COLUMNS = (
    "device uuid not null, token_sha256 bytea not null, organisation uuid not null,"
    " account uuid not null, counter bigint not null, kind text not null,"
    " at timestamptz not null, device_at timestamptz not null, received_at timestamptz not null,"
    " offset_ms bigint not null, offline boolean not null, session uuid not null,"
    " table_no smallint not null, undoes uuid,"
    " payload_hmac bytea not null, sealed bytea not null, key_version smallint not null,"
    " instead_of uuid, document bytea, person uuid, settled_at timestamptz,"
    " refused text not null default ''"
)

#: Its own facility's rows, and the worker's.
OF_FACILITY = "organisation = (select core.scope_organisation()) or (select core.scope_system())"


class Migration(migrations.Migration):
    dependencies = [("vaccination", "0003_same_person"), ("core", "0002_ledgers")]

    operations = [
        migrations.CreateModel(
            name="SiteEvent",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("device", models.UUIDField()),
                ("token_sha256", models.BinaryField(help_text="Of the token that sent it")),
                ("organisation", models.UUIDField()),
                ("account", models.UUIDField(help_text="Who enrolled the device")),
                ("counter", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("reception", "Reception"),
                            ("screened", "Screened"),
                            ("injected", "Injected"),
                            ("observed", "Observed"),
                            ("discharged", "Discharged"),
                            ("left", "Left"),
                            ("undo", "Undo"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("device_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("offset_ms", models.BigIntegerField()),
                ("offline", models.BooleanField()),
                ("session", models.UUIDField()),
                ("table_no", models.SmallIntegerField()),
                ("undoes", models.UUIDField(help_text="The event that never happened", null=True)),
                (
                    "payload_hmac",
                    models.BinaryField(help_text="Of the whole, keyed: a card's number is short"),
                ),
                ("sealed", models.BinaryField()),
                ("key_version", models.SmallIntegerField()),
                ("instead_of", models.UUIDField(null=True)),
                ("document", models.BinaryField(null=True)),
                ("person", models.UUIDField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("refused", models.TextField()),
            ],
            options={
                "db_table": "vaccination_sent",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="SiteDevice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.UUIDField(help_text="The facility that vaccinates")),
                ("label", models.CharField(max_length=60)),
                ("token_sha256", models.BinaryField(unique=True)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.UUIDField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "-made_at"], name="site_device_organisation"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SiteVisit",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.UUIDField()),
                (
                    "commune",
                    models.IntegerField(help_text="Today's unit of the person's present stay"),
                ),
                ("province", models.IntegerField()),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("screening", "Screening"),
                            ("injection", "Injection"),
                            ("not_today", "Not Today"),
                            ("observed", "Observed"),
                            ("home", "Home"),
                        ],
                        max_length=10,
                    ),
                ),
                ("number", models.SmallIntegerField(help_text="Queue number", null=True)),
                ("listed", models.BooleanField(help_text="On the session's list", null=True)),
                ("why_walked_in", models.CharField(blank=True, default="", max_length=200)),
                ("received_at", models.DateTimeField(null=True)),
                (
                    "identity",
                    models.CharField(
                        blank=True,
                        choices=[("match", "Match"), ("mismatch", "Mismatch"), ("none", "None")],
                        default="",
                        max_length=8,
                    ),
                ),
                (
                    "vouched",
                    models.BooleanField(default=False, help_text="Somebody said who it is"),
                ),
                ("sealed", models.BinaryField(default=b"")),
                ("screening", models.JSONField(default=dict)),
                ("measured", models.JSONField(default=dict)),
                ("screened_at", models.DateTimeField(null=True)),
                ("consent_at", models.DateTimeField(null=True)),
                ("consent_version", models.SmallIntegerField(null=True)),
                ("injected_at", models.DateTimeField(null=True)),
                ("observed_until", models.DateTimeField(null=True)),
                ("discharged_at", models.DateTimeField(null=True)),
                ("left_at", models.DateTimeField(null=True)),
                ("why_left", models.CharField(blank=True, default="", max_length=200)),
                ("next_on", models.DateField(null=True)),
                (
                    "flags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                ("changed_at", models.DateTimeField()),
                (
                    "dose",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vaccination.dose",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vaccination.session",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "-changed_at"], name="site_visit_organisation"
                    ),
                    models.Index(fields=["commune", "-changed_at"], name="site_visit_commune"),
                    models.Index(fields=["province", "-changed_at"], name="site_visit_province"),
                    models.Index(fields=["person", "injected_at"], name="site_visit_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("session", "person"), name="site_visit_is_one"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("dose", None), ("injected_at__isnull", False), _connector="OR"
                        ),
                        name="site_visit_dose_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MissingField",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.UUIDField()),
                ("field", models.CharField(max_length=30)),
                ("found_at", models.DateTimeField()),
                ("filled_at", models.DateTimeField(null=True)),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="missing_fields",
                        to="vaccination.sitevisit",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "-found_at"], name="missing_field_organisation"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("visit", "field"), name="missing_field_is_one_task"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SiteInvited",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.UUIDField()),
                ("made_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vaccination.session",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "-made_at"], name="site_invited_organisation"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("session", "person"), name="site_invited_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SitePerson",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        help_text="The device's own number for the person",
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("organisation", models.UUIDField()),
                ("made_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "-made_at"], name="site_person_organisation"
                    )
                ],
            },
        ),
        Ledger("vaccination_sent", COLUMNS, day_from="at"),
        migrations.RunSQL(LEDGER, UNDO_LEDGER),
        RowSecurity(
            "vaccination_sent",
            organisation="organisation",
            national=False,
            extra={"worker": "(select core.scope_system())"},
            # A carried file is given in by whoever has it; its device answers for every row.
            insert="(select core.scope_account()) is not null",
            only="(select core.scope_system()) or exists (select 1 from"
            " vaccination_site_carried(vaccination_sent.token_sha256) d"
            " where d.device = vaccination_sent.device"
            " and d.organisation = vaccination_sent.organisation)",
        ),
        migrations.RunSQL(
            "revoke update on vaccination_sent from lachan_app;"
            " grant update (document, person, settled_at, refused, sealed, payload_hmac,"
            " key_version) on vaccination_sent to lachan_app;"
            " drop policy change on vaccination_sent;"
            " create policy change on vaccination_sent for update to lachan_app"
            " using ((select core.scope_system())) with check ((select core.scope_system()));",
            migrations.RunSQL.noop,
        ),
        RowSecurity(
            "vaccination_sitedevice",
            organisation="organisation",
            insert="seen",
            only="organisation = (select core.scope_organisation())"
            " or (select core.scope_national())",
        ),
        RowSecurity(
            "vaccination_siteperson",
            organisation="organisation",
            insert="system",
            change=False,
            only=seen("vaccination_siteperson", "person_id"),
        ),
        RowSecurity(
            "vaccination_siteinvited",
            organisation="organisation",
            insert="seen",
            change=False,
            only=f"({OF_FACILITY}) and {seen('vaccination_siteinvited', 'person_id')}",
        ),
        RowSecurity(
            "vaccination_sitevisit",
            commune="commune",
            province="province",
            person="person_id",
            organisation="organisation",
            insert="system",
            person_changes=False,
            only="(select core.scope_system())",
        ),
        RowSecurity(
            "vaccination_missingfield",
            organisation="organisation",
            insert="system",
            only=OF_FACILITY,
        ),
    ]
