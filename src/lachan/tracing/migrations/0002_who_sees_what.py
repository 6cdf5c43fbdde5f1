"""Who sees cases, contacts and hand-overs: the unit that works them, and nobody by their names."""

from django.db import migrations

from lachan.core.rowsecurity import RowSecurity


class Migration(migrations.Migration):
    dependencies = [("tracing", "0001_first")]

    operations = [
        RowSecurity("tracing_case", commune="commune", province="province", insert="system"),
        RowSecurity("tracing_workedresult", insert="system", change=False),
        RowSecurity("tracing_run", commune="commune", province="province", insert="seen"),
        RowSecurity(
            "tracing_linkedplace",
            commune="commune",
            province="province",
            insert="system",
            change=False,
        ),
        RowSecurity("tracing_contact", commune="commune", province="province", insert="system"),
        RowSecurity(
            "tracing_contactchange",
            commune="commune",
            province="province",
            insert="seen",
            change=False,
        ),
        # The sender appends a row for the receiver and never sees it; the receipt is the sender's.
        RowSecurity("tracing_handover", commune="commune", province="province"),
        RowSecurity(
            "tracing_handoverreceipt", commune="commune", province="province", insert="seen"
        ),
    ]
