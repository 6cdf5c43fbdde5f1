"""Who sees cases, contacts and hand-overs: the unit that works them, and nobody by their names."""

from django.db import migrations

from lachan.core.rowsecurity import RowSecurity, of_own


class Migration(migrations.Migration):
    dependencies = [("tracing", "0001_first")]

    operations = [
        RowSecurity("tracing_case", commune="commune", province="province", insert="system"),
        RowSecurity("tracing_workedresult", insert="system", change=False),
        RowSecurity(
            "tracing_run",
            commune="commune",
            province="province",
            insert="seen",
            only=of_own("tracing_run", "tracing_case", "case_id"),
        ),
        RowSecurity(
            "tracing_linkedplace",
            commune="commune",
            province="province",
            insert="system",
            change=False,
        ),
        RowSecurity(
            "tracing_contact",
            commune="commune",
            province="province",
            insert="system",
            only=of_own("tracing_contact", "tracing_case", "case_id"),
        ),
        RowSecurity(
            "tracing_contactchange",
            commune="commune",
            province="province",
            insert="seen",
            change=False,
            only=of_own("tracing_contactchange", "tracing_contact", "contact_id"),
        ),
        # The sender appends a row for the receiver and never sees it; the receipt is the sender's.
        RowSecurity(
            "tracing_handover",
            commune="commune",
            province="province",
            insert="exists (select 1 from people_person p where p.id = tracing_handover.person_id)",
        ),
        RowSecurity(
            "tracing_handoverreceipt",
            commune="commune",
            province="province",
            insert="seen",
            only=of_own("tracing_handoverreceipt", "tracing_contact", "contact_id"),
        ),
    ]
