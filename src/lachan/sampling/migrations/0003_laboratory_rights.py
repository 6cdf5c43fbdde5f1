"""Who may see and write what a laboratory and a sampling table make."""

import django.db.models.deletion
from django.db import migrations, models

from lachan.core.rowsecurity import RowSecurity, seen

#: A sample is appended and never changed, but for this: the own unit takes it out of an open tube.
TAKE_BACK = """
create function core.take_back_sample(wanted uuid, moment timestamptz, who uuid) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp
    as $$
        declare
            body uuid := core.scope_organisation();
            works boolean := core.scope_system();
        begin
            if not works and who is distinct from core.scope_account() then
                return false;
            end if;
            update sampling_sample s set taken_back_at = moment, taken_back_by = who
                where s.id = wanted and s.taken_back_at is null
                and (works or s.organisation = body)
                and exists (select from sampling_tube t
                    where t.id = s.tube_id and t.closed_at is null);
            return found;
        end
    $$;
revoke all on function core.take_back_sample(uuid, timestamptz, uuid) from public;
grant execute on function core.take_back_sample(uuid, timestamptz, uuid) to lachan_app;
"""
UNDO = "drop function core.take_back_sample(uuid, timestamptz, uuid);"

#: Whoever may see a sample in the tube may see what became of the tube.
OF_THE_TUBE = "exists (select 1 from sampling_sample s where s.tube_id = {table}.tube_id)"


class Migration(migrations.Migration):
    dependencies = [
        ("sampling", "0002_laboratory"),
    ]

    operations = [
        migrations.AddField(
            model_name="samplerequest",
            name="campaign",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="requests",
                to="sampling.campaign",
            ),
        ),
        migrations.AddField(
            model_name="samplerequest",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
            ),
        ),
        migrations.AddField(
            model_name="samplerequest",
            name="sample",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="requests",
                to="sampling.sample",
            ),
        ),
        migrations.AddField(
            model_name="withdrawal",
            name="tube",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sampling.tube"
            ),
        ),
        migrations.AddIndex(
            model_name="loss",
            index=models.Index(fields=["organisation", "-at"], name="loss_by_organisation"),
        ),
        migrations.AddConstraint(
            model_name="loss",
            constraint=models.UniqueConstraint(
                condition=models.Q(("found_at", None)),
                fields=("tube",),
                name="loss_of_a_tube_is_open_once",
            ),
        ),
        migrations.AddIndex(
            model_name="reception",
            index=models.Index(fields=["laboratory", "-at"], name="reception_by_laboratory"),
        ),
        migrations.AddConstraint(
            model_name="reception",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accepted", True), ("reason", "")),
                    models.Q(("accepted", False), models.Q(("reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="reception_refused_for_a_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="samplerequest",
            index=models.Index(fields=["commune", "-asked_at"], name="request_by_commune"),
        ),
        migrations.AddIndex(
            model_name="samplerequest",
            index=models.Index(fields=["province", "-asked_at"], name="request_by_province"),
        ),
        migrations.AddIndex(
            model_name="samplerequest",
            index=models.Index(
                fields=["organisation", "-asked_at"], name="request_by_organisation"
            ),
        ),
        migrations.AddIndex(
            model_name="samplerequest",
            index=models.Index(fields=["campaign", "state"], name="request_by_campaign"),
        ),
        migrations.AddIndex(
            model_name="samplerequest",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["person"], name="request_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="samplerequest",
            constraint=models.UniqueConstraint(
                fields=("person", "source", "source_id"), name="request_once_for_a_source"
            ),
        ),
        migrations.AddConstraint(
            model_name="samplerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sample__isnull", False), ("state", "done")),
                    models.Q(models.Q(("state", "done"), _negated=True), ("sample", None)),
                    _connector="OR",
                ),
                name="request_done_by_a_sample",
            ),
        ),
        migrations.AddConstraint(
            model_name="samplerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("state", "open")),
                    models.Q(
                        models.Q(("state", "open"), _negated=True), ("ended_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="request_ends_when_it_is_not_open",
            ),
        ),
        migrations.AddIndex(
            model_name="withdrawal",
            index=models.Index(fields=["laboratory", "-at"], name="withdrawal_by_laboratory"),
        ),
        migrations.RunSQL(TAKE_BACK, UNDO),
        RowSecurity(
            "sampling_campaign",
            commune="commune",
            province="province",
            organisation="organisation",
            insert="seen",
        ),
        RowSecurity(
            "sampling_samplerequest",
            commune="commune",
            province="province",
            person="person_id",
            organisation="organisation",
            # Who stands at the table is open to it for a day, with what he is to be sampled for.
            grant="person",
            key="person_id",
            person_changes=False,
            only=seen("sampling_samplerequest", "person_id"),
        ),
        RowSecurity(
            "sampling_reception",
            organisation="laboratory",
            insert="core.tube_of(tube_id, laboratory)",
            change=False,
            extra={"sample": OF_THE_TUBE.format(table="sampling_reception")},
        ),
        RowSecurity(
            "sampling_loss",
            organisation="organisation",
            only="core.tube_of(tube_id, organisation)",
            extra={"sample": OF_THE_TUBE.format(table="sampling_loss")},
        ),
        RowSecurity(
            "sampling_approval",
            organisation="laboratory",
            insert="core.result_of(result_id, tube_id, laboratory)",
            change=False,
        ),
        RowSecurity(
            "sampling_withdrawal",
            organisation="laboratory",
            insert="core.result_of(result_id, tube_id, laboratory)",
            change=False,
            extra={"sample": OF_THE_TUBE.format(table="sampling_withdrawal")},
        ),
    ]
