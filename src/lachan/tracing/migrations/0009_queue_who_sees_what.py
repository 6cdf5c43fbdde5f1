"""Who sees hand-overs, calls, turns and modes: whoever works the person, in his own unit."""

import django.db.models.deletion
from django.db import migrations, models

from lachan.core.rowsecurity import OWN_UNIT, RowSecurity, of_own, seen

#: What was sent before receipts carried it is read from what they point at.
TOLD_ALREADY = """
update tracing_handoverreceipt r set person_id = h.person_id, sent_at = h.sent_at
    from tracing_handover h where h.id = r.handover;
update tracing_handover h set from_province = r.province
    from tracing_handoverreceipt r where r.handover = h.id;
set constraints all immediate;
"""

#: A case, a contact and a person of a receipt are ones the sender sees and works.
RECEIPT = (
    "(contact_id is null or "
    f"{of_own('tracing_handoverreceipt', 'tracing_contact', 'contact_id')})"
    f" and (case_id is null or {of_own('tracing_handoverreceipt', 'tracing_case', 'case_id')})"
)
SENT = (
    "alter policy append on tracing_handoverreceipt with check ("
    f"{OWN_UNIT} and {RECEIPT} and {seen('tracing_handoverreceipt', 'person_id')});"
    " alter policy change on tracing_handoverreceipt with check ("
    f"(select core.scope_account()) is not null and {RECEIPT})"
)

#: A call and a turn belong to whoever works a contact row of the person in that province: the CDC,
#: and the station of each commune that has one.
ABOUT = (
    "exists (select 1 from tracing_contact c where c.person_id = {table}.person_id"
    " and c.province = {table}.province)"
)
ABOUT_ALL = (
    "not exists (select 1 from unnest(contacts) as told(id) where not exists (select 1 from"
    " tracing_contact c where c.id = told.id and c.person_id = tracing_call.person_id"
    " and c.province = tracing_call.province))"
)


class Migration(migrations.Migration):
    dependencies = [("tracing", "0008_queue")]

    operations = [
        migrations.RunSQL(TOLD_ALREADY, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="handoverreceipt",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
            ),
        ),
        migrations.AlterField(
            model_name="handoverreceipt", name="sent_at", field=models.DateTimeField()
        ),
        migrations.RunSQL(SENT, migrations.RunSQL.noop),
        RowSecurity(
            "tracing_call",
            province="province",
            extra={"contact": ABOUT.format(table="tracing_call")},
            insert="seen",
            change=False,
            only=ABOUT_ALL,
        ),
        RowSecurity(
            "tracing_callturn",
            province="province",
            extra={"contact": ABOUT.format(table="tracing_callturn")},
            insert="seen",
            only=ABOUT.format(table="tracing_callturn"),
        ),
        RowSecurity(
            "tracing_callshift",
            commune="commune",
            province="province",
            insert="seen",
            only="account = (select core.scope_account())",
        ),
        RowSecurity(
            "tracing_communemode",
            commune="commune",
            province="province",
            insert="seen",
            change=False,
        ),
        RowSecurity(
            "tracing_stagemark",
            commune="commune",
            province="province",
            insert="seen",
            change=False,
            only=of_own("tracing_stagemark", "tracing_case", "case_id"),
        ),
    ]
