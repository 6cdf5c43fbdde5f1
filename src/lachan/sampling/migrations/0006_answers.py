"""What a positive pool brought about, and how results reach people."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids
from lachan.core.rowsecurity import RowSecurity, seen

PROTECT = django.db.models.deletion.PROTECT

#: A slip opens without an account: these answer for one slip or one paper at a time.
DOORS = """
create function core.open_result_slip(link bytea, code bytea, most integer, minutes integer)
    returns jsonb language plpgsql volatile
    security definer set search_path = pg_catalog, public, pg_temp
    as $$
        declare
            s sampling_resultslip;
            moment timestamptz := core.now();
            shut timestamptz;
        begin
            -- Without a link the code itself finds the slip: ten random signs.
            select * into s from sampling_resultslip
                where (link is not null and link_sha256 = link)
                or (link is null and code_sha256 = code) for update;
            if not found then
                return null;
            elsif s.revoked_at is not null then
                return jsonb_build_object('answer', 'revoked');
            elsif s.expires_at <= moment then
                return jsonb_build_object('answer', 'over');
            elsif s.shut_until > moment then
                return jsonb_build_object('answer', 'shut', 'until', s.shut_until);
            elsif s.code_sha256 is distinct from code then
                if s.tries + 1 >= most then
                    shut := moment + make_interval(mins => minutes);
                end if;
                update sampling_resultslip set shut_until = shut,
                    tries = case when shut is null then s.tries + 1 else 0 end
                    where id = s.id;
                if shut is not null then
                    return jsonb_build_object('answer', 'shut', 'until', shut);
                end if;
                return jsonb_build_object('answer', 'wrong');
            end if;
            update sampling_resultslip set tries = 0, shut_until = null, opened_at = moment
                where id = s.id;
            return jsonb_build_object('answer', 'opened', 'slip', s.id, 'person', s.person_id);
        end
    $$;

create function core.result_paper_of(link bytea) returns jsonb language sql stable
    security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select jsonb_build_object(
            'shown_as', p.shown_as,
            'outcome', r.outcome,
            'shared', t."limit" > 1,
            'confirms', l.confirms,
            'method', r.method,
            'disease', t.disease,
            'laboratory', l.laboratory,
            'taken_at', s.taken_at,
            'released_at', l.at,
            'made_at', p.made_at,
            'stands', not exists (select from sampling_withdrawal w where w.result_id = r.id)
                and not exists (select from sampling_result c where c.replaces_id = r.id))
        from sampling_resultpaper p
            join sampling_result r on r.id = p.result_id
            join sampling_release l on l.result_id = r.id
            join sampling_sample s on s.id = p.sample_id
            join sampling_tube t on t.id = r.tube_id
        where p.link_sha256 = link
    $$;

revoke all on function core.open_result_slip(bytea, bytea, integer, integer),
    core.result_paper_of(bytea) from public;
grant execute on function core.open_result_slip(bytea, bytea, integer, integer),
    core.result_paper_of(bytea) to lachan_app;
"""
UNDO = """
drop function core.open_result_slip(bytea, bytea, integer, integer);
drop function core.result_paper_of(bytea);
"""


#: Any session: how fast a laboratory is, is no secret.
SIGNED_IN = "(select core.scope_account()) is not null"


def key(to: str, related_name: str) -> Any:
    """A key that keeps what it points to."""
    return models.ForeignKey(on_delete=PROTECT, related_name=related_name, to=to)


class Migration(migrations.Migration):
    dependencies = [
        ("sampling", "0005_bench"),
        ("people", "0006_duty"),
    ]

    operations = [
        migrations.CreateModel(
            name="PoolMember",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("disease", models.CharField(max_length=40)),
                (
                    "role",
                    models.CharField(help_text="As whom the law is asked about him", max_length=20),
                ),
                ("measure", models.CharField(help_text="What is asked of the law", max_length=40)),
                ("rule", models.UUIDField(help_text="The version of the rule `results`")),
                ("rule_version", models.IntegerField()),
                (
                    "reference",
                    models.CharField(
                        help_text="Names him in a message, and nothing of it", max_length=24
                    ),
                ),
                ("found_at", models.DateTimeField(help_text="When the pool's result was released")),
                (
                    "due_at",
                    models.DateTimeField(help_text="Until when he is to be sampled alone"),
                ),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                ("person", key("people.person", "+")),
                ("result", key("sampling.result", "members")),
                ("tube", key("sampling.tube", "members")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["commune", "-found_at"], name="poolmember_by_commune"),
                    models.Index(fields=["province", "-found_at"], name="poolmember_by_province"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("result", "person"), name="member_once_of_a_result"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ResultSlip",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("link_sha256", models.BinaryField(unique=True)),
                ("code_sha256", models.BinaryField(unique=True)),
                (
                    "sealed",
                    models.BinaryField(
                        help_text="Link and code, under the person's key: to print again"
                    ),
                ),
                ("organisation", models.UUIDField(help_text="The unit that gave it")),
                (
                    "site",
                    models.CharField(
                        help_text="Where its page is: scheme and host", max_length=200
                    ),
                ),
                ("given_at", models.DateTimeField()),
                ("given_by", models.UUIDField()),
                ("expires_at", models.DateTimeField()),
                (
                    "tries",
                    models.SmallIntegerField(default=0, help_text="Wrong codes in a row"),
                ),
                ("shut_until", models.DateTimeField(null=True)),
                (
                    "opened_at",
                    models.DateTimeField(help_text="When it last opened", null=True),
                ),
                ("revoked_at", models.DateTimeField(null=True)),
                ("revoked_by", models.UUIDField(null=True)),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                ("person", key("people.person", "+")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "-given_at"], name="slip_of_person"),
                    models.Index(fields=["commune", "-given_at"], name="slip_by_commune"),
                    models.Index(fields=["province", "-given_at"], name="slip_by_province"),
                    models.Index(fields=["organisation", "-given_at"], name="slip_by_organisation"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("revoked_at", None), ("revoked_by", None)),
                            models.Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="slip_revoked_at_and_by_together",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ResultPaper",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("link_sha256", models.BinaryField(unique=True)),
                (
                    "sealed",
                    models.BinaryField(help_text="What its code names, under the person's key"),
                ),
                ("shown_as", models.CharField(max_length=40)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                ("person", key("people.person", "+")),
                ("result", key("sampling.result", "papers")),
                ("sample", key("sampling.sample", "papers")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["commune", "-made_at"], name="paper_by_commune"),
                    models.Index(fields=["province", "-made_at"], name="paper_by_province"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ToldResult",
            fields=[
                (
                    "result",
                    models.OneToOneField(
                        on_delete=PROTECT,
                        primary_key=True,
                        related_name="told",
                        serialize=False,
                        to="sampling.result",
                    ),
                ),
                (
                    "released_by_name",
                    models.TextField(help_text="Who answers for it, as the paper says it"),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="LaboratoryPace",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("laboratory", models.UUIDField()),
                (
                    "method",
                    models.CharField(choices=[("pcr", "Pcr"), ("rapid", "Rapid")], max_length=6),
                ),
                ("shared", models.BooleanField(help_text="Tubes of more than one person")),
                ("percent", models.SmallIntegerField()),
                ("hours", models.FloatField(null=True)),
                (
                    "tubes",
                    models.IntegerField(help_text="Tubes counted, those still waiting among them"),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["laboratory", "method", "shared", "-at"], name="pace_newest"
                    )
                ],
            },
        ),
        migrations.RunSQL(DOORS, UNDO),
        RowSecurity(
            "sampling_poolmember",
            commune="commune",
            province="province",
            person="person_id",
            insert="system",
            change=False,
        ),
        RowSecurity(
            "sampling_resultslip",
            commune="commune",
            province="province",
            person="person_id",
            organisation="organisation",
            insert="organisation = (select core.scope_organisation())",
            person_changes=False,
            only=seen("sampling_resultslip", "person_id"),
        ),
        RowSecurity(
            "sampling_resultpaper",
            commune="commune",
            province="province",
            person="person_id",
            insert="seen",
            change=False,
            only="exists (select 1 from sampling_sample s, sampling_result r"
            " where s.id = sampling_resultpaper.sample_id"
            " and s.person_id = sampling_resultpaper.person_id"
            " and r.id = sampling_resultpaper.result_id and r.tube_id = s.tube_id)",
        ),
        RowSecurity(
            "sampling_toldresult",
            insert="system",
            change=False,
            extra={
                "result": "exists (select 1 from sampling_result r"
                " where r.id = sampling_toldresult.result_id)"
            },
        ),
        RowSecurity(
            "sampling_laboratorypace",
            insert="system",
            change=False,
            extra={"anybody": SIGNED_IN},
        ),
    ]
