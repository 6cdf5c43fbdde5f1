"""The sampling table's devices, the ledger of what they sent, reviews and printed labels."""

import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids
from lachan.core.ledgers import Ledger
from lachan.core.rowsecurity import RowSecurity, seen

#: The hot path appends, and asks whose token this is and which digests are there.  The unit's own
#: people list and close its devices; nobody reads a token.
LEDGER = """
grant insert on sampling_sent to lachan_gate;
create policy append_by_gate on sampling_sent for insert to lachan_gate with check (true);
create index sampling_sent_waiting on sampling_sent (barcode) where settled_at is null;
create index sampling_sent_barcode on sampling_sent (barcode);
create index sampling_sent_device on sampling_sent (device, counter);
create index sampling_sent_document on sampling_sent (document) where document is not null;
create index sampling_sent_organisation on sampling_sent (organisation, at);

create function sampling_sent_stored(days date[], ids uuid[])
    returns table (day date, id uuid, digest bytea)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select s.day, s.id, s.payload_hmac
        from unnest(days, ids) as wanted (day, id) join sampling_sent s using (day, id)
    $$;
create function sampling_table_of(wanted bytea)
    returns table (device uuid, organisation uuid, account uuid)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select d.id, d.organisation, d.made_by
        from sampling_tabledevice d where d.token_sha256 = wanted and d.closed_at is null
    $$;
create function sampling_table_carried(wanted bytea)
    returns table (device uuid, organisation uuid, account uuid, label text, closed_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select d.id, d.organisation, d.made_by, d.label, d.closed_at
        from sampling_tabledevice d
        where d.token_sha256 = wanted and (core.session()).roles
            && array['sampler', 'station_officer', 'laboratory', 'laboratory_lead', 'system']
    $$;
create function sampling_sampled_since(moment timestamptz)
    returns table (trace_id uuid)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select distinct y.trace_id
        from sampling_sample s join people_pseudonym y on y.person_id = s.person_id
        where s.organisation = (select core.scope_organisation()) and s.taken_at >= moment
            and s.taken_back_at is null and (core.session()).roles && array['sampler']
    $$;
create function core.same_sent(on_day date, known uuid, digests bytea[]) returns boolean
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select exists (select from sampling_sent s
            where s.day = on_day and s.id = known and s.payload_hmac = any(digests))
    $$;
revoke all on function core.same_sent(date, uuid, bytea[]),
    sampling_sent_stored(date[], uuid[]), sampling_table_of(bytea),
    sampling_table_carried(bytea), sampling_sampled_since(timestamptz) from public;
grant execute on function sampling_sampled_since(timestamptz) to lachan_app;
grant execute on function core.same_sent(date, uuid, bytea[]) to lachan_app;
grant execute on function sampling_sent_stored(date[], uuid[]) to lachan_gate;
grant execute on function sampling_table_of(bytea) to lachan_gate;
grant execute on function sampling_table_carried(bytea) to lachan_app;
"""
UNDO_LEDGER = """
drop function sampling_sampled_since(timestamptz);
drop function sampling_table_carried(bytea);
drop function sampling_table_of(bytea);
drop function sampling_sent_stored(date[], uuid[]);
drop function core.same_sent(date, uuid, bytea[]);
drop policy append_by_gate on sampling_sent;
"""

#: A sample's row is never changed but by the worker: whether it stands, and which round it is,
#: follow from everything that came, in whatever order it came.
SETTLE = """
create function core.settle_sample(wanted uuid, moment timestamptz, who uuid) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp
    as $$
        begin
            if not core.scope_system() then
                return false;
            end if;
            update sampling_sample s set taken_back_at = moment, taken_back_by = who
                where s.id = wanted and (s.taken_back_at is null) <> (moment is null);
            return found;
        end
    $$;
create function core.number_samples(who uuid, ill text) returns integer
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp
    as $$
        declare
            changed integer;
        begin
            if not core.scope_system() then
                return null;
            end if;
            with mine as (
                select s.id, s.round, 1 + coalesce(sum(case when s.taken_back_at is null then 1
                        else 0 end) over (order by s.taken_at, s.id
                        rows between unbounded preceding and 1 preceding), 0) as number
                from sampling_sample s join sampling_tube t on t.id = s.tube_id
                where s.person_id = who and t.disease = ill
            )
            update sampling_sample s set round = mine.number from mine
                where mine.id = s.id and s.round <> mine.number;
            get diagnostics changed = row_count;
            return changed;
        end
    $$;
create function core.next_label(letters text) returns integer
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp
    as $$
        declare
            body uuid := core.scope_organisation();
        begin
            perform pg_advisory_xact_lock(hashtextextended(letters, 2));
            if body is null or letters !~ '^[A-Z]' or exists (select from sampling_labelseries
                    where prefix = letters and organisation <> body) then
                return null;
            end if;
            return (select coalesce(max(last), 0) + 1 from sampling_labelseries
                where prefix = letters);
        end
    $$;
revoke all on function core.next_label(text) from public;
grant execute on function core.next_label(text) to lachan_app;
revoke all on function core.settle_sample(uuid, timestamptz, uuid),
    core.number_samples(uuid, text) from public;
grant execute on function core.settle_sample(uuid, timestamptz, uuid),
    core.number_samples(uuid, text) to lachan_app;
create index sampling_sample_person on sampling_sample (person_id, taken_at);
"""
UNDO_SETTLE = """
drop index sampling_sample_person;
drop function core.next_label(text);
drop function core.number_samples(uuid, text);
drop function core.settle_sample(uuid, timestamptz, uuid);
"""

COLUMNS = (
    "device uuid not null, token_sha256 bytea not null, organisation uuid not null,"
    " account uuid not null, counter bigint not null, kind text not null,"
    " at timestamptz not null, device_at timestamptz not null, received_at timestamptz not null,"
    " offset_ms bigint not null, offline boolean not null, barcode text not null,"
    " tube_limit smallint not null, disease text not null, laboratory uuid, method text not null,"
    " campaign uuid, reason text not null, onset date, undoes uuid,"
    " payload_hmac bytea not null, sealed bytea not null, key_version smallint not null,"
    " instead_of uuid, document bytea, person uuid, settled_at timestamptz,"
    " refused text not null default ''"
)

METHODS = [("pcr", "Pcr"), ("rapid", "Rapid")]
REASONS = [
    ("symptoms", "Symptoms"),
    ("contact", "Contact"),
    ("second_contact", "Second Contact"),
    ("screening", "Screening"),
    ("isolation", "Isolation"),
    ("zone", "Zone"),
    ("border", "Border"),
    ("request", "Request"),
]
REVIEWS = [
    ("over_limit", "Over Limit"),
    ("in_tube", "In Tube"),
    ("two_tubes", "Two Tubes"),
    ("two_devices", "Two Devices"),
    ("tube_differs", "Tube Differs"),
    ("tube_elsewhere", "Tube Elsewhere"),
    ("after_close", "After Close"),
    ("no_sample", "No Sample"),
    ("unreadable", "Unreadable"),
    ("different_content", "Different Content"),
]


class Migration(migrations.Migration):
    dependencies = [("sampling", "0006_answers"), ("core", "0002_ledgers")]

    operations = [
        migrations.CreateModel(
            name="LabelSeries",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.UUIDField()),
                ("prefix", models.CharField(max_length=12)),
                ("first", models.IntegerField()),
                ("last", models.IntegerField()),
                ("width", models.SmallIntegerField()),
                (
                    "copies",
                    models.SmallIntegerField(default=1, help_text="Labels of each tube"),
                ),
                ("made_at", models.DateTimeField()),
                ("made_by", models.UUIDField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "-made_at"], name="series_by_organisation"
                    ),
                    models.Index(fields=["prefix", "first"], name="series_by_prefix"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("first__gte", 1), ("last__gte", models.F("first"))),
                        name="series_counts_up",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TableDevice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.UUIDField(help_text="The unit that takes the samples")),
                ("label", models.CharField(max_length=60)),
                ("token_sha256", models.BinaryField(unique=True)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.UUIDField()),
                (
                    "commune",
                    models.IntegerField(
                        help_text="Where the table stands, if it says so", null=True
                    ),
                ),
                ("province", models.IntegerField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "-made_at"], name="table_device_organisation"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="TableEvent",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("device", models.UUIDField()),
                (
                    "token_sha256",
                    models.BinaryField(help_text="Of the token that sent it"),
                ),
                ("organisation", models.UUIDField()),
                ("account", models.UUIDField(help_text="Who enrolled the device")),
                ("counter", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("sample", "Sample"), ("undo", "Undo"), ("close", "Close")],
                        max_length=6,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("device_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("offset_ms", models.BigIntegerField()),
                ("offline", models.BooleanField()),
                ("barcode", models.CharField(max_length=40)),
                ("tube_limit", models.SmallIntegerField()),
                ("disease", models.CharField(max_length=40)),
                ("laboratory", models.UUIDField(null=True)),
                ("method", models.CharField(choices=METHODS, max_length=6)),
                ("campaign", models.UUIDField(null=True)),
                ("reason", models.CharField(choices=REASONS, max_length=16)),
                ("onset", models.DateField(null=True)),
                (
                    "undoes",
                    models.UUIDField(help_text="The event of the sample that is none", null=True),
                ),
                (
                    "payload_hmac",
                    models.BinaryField(help_text="Of the whole, keyed: a card's number is short"),
                ),
                (
                    "sealed",
                    models.BinaryField(help_text="The code, or the new person; empty once known"),
                ),
                ("key_version", models.SmallIntegerField()),
                ("instead_of", models.UUIDField(null=True)),
                ("document", models.BinaryField(null=True)),
                ("person", models.UUIDField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("refused", models.TextField()),
            ],
            options={
                "db_table": "sampling_sent",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="TablePerson",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        help_text="The device's own number for the person",
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("slip", models.BinaryField(null=True)),
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
                        fields=["organisation", "-made_at"], name="table_person_organisation"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("slip",), name="table_slip_is_one_persons")
                ],
            },
        ),
        migrations.CreateModel(
            name="TableReview",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=REVIEWS, max_length=18)),
                ("barcode", models.CharField(max_length=40)),
                ("organisation", models.UUIDField()),
                (
                    "event",
                    models.UUIDField(
                        help_text="What it is about; the tube itself where empty", null=True
                    ),
                ),
                ("person", models.UUIDField(null=True)),
                ("found_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("looked_at", models.DateTimeField(null=True)),
                ("looked_by", models.UUIDField(null=True)),
                ("note", models.CharField(default="", max_length=200)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "-found_at"], name="table_review_organisation"
                    ),
                    models.Index(fields=["barcode"], name="table_review_barcode"),
                ]
            },
        ),
        Ledger("sampling_sent", COLUMNS, day_from="at"),
        migrations.RunSQL(LEDGER, UNDO_LEDGER),
        RowSecurity(
            "sampling_sent",
            organisation="organisation",
            national=False,
            extra={"worker": "(select core.scope_system())"},
            # A carried file is given in by whoever has it; its device answers for every row.
            insert="(select core.scope_account()) is not null",
            only="(select core.scope_system()) or exists (select 1 from"
            " sampling_table_carried(sampling_sent.token_sha256) d"
            " where d.device = sampling_sent.device"
            " and d.organisation = sampling_sent.organisation)",
        ),
        migrations.RunSQL(
            "revoke update on sampling_sent from lachan_app;"
            " grant update (document, person, settled_at, refused, sealed, payload_hmac,"
            " key_version) on sampling_sent to lachan_app;"
            " drop policy change on sampling_sent;"
            " create policy change on sampling_sent for update to lachan_app"
            " using ((select core.scope_system())) with check ((select core.scope_system()));",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(SETTLE, UNDO_SETTLE),
        RowSecurity(
            "sampling_tabledevice",
            organisation="organisation",
            insert="seen",
            only="organisation = (select core.scope_organisation())"
            " or (select core.scope_national())",
        ),
        RowSecurity(
            "sampling_tableperson",
            organisation="organisation",
            insert="system",
            change=False,
            only=seen("sampling_tableperson", "person_id"),
        ),
        RowSecurity(
            "sampling_tablereview",
            organisation="organisation",
            insert="system",
            only="organisation = (select core.scope_organisation())"
            " or (select core.scope_system())",
        ),
        RowSecurity(
            "sampling_labelseries",
            organisation="organisation",
            insert="seen",
            change=False,
            only="organisation = (select core.scope_organisation())"
            " or (select core.scope_national())",
        ),
    ]
