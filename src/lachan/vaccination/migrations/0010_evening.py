"""Reconciliation, daily reports, paper keyed twice, and what goes to the national system."""

from django.db import migrations, models

from lachan.vaccination.migrations._evening import COLUMNS, KEEP, NO_KEEP, NO_QUEUE, QUEUE, SECURITY
from lachan.vaccination.migrations._evening_tables import TABLES


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0008_same_person"),
        ("vaccination", "0009_planning"),
    ]

    operations = [
        *TABLES,
        migrations.AddIndex(
            model_name="outgoing",
            index=models.Index(
                condition=models.Q(("report", None)),
                fields=["organisation", "queued_at"],
                name="outgoing_unreported",
            ),
        ),
        migrations.AddIndex(
            model_name="outgoing",
            index=models.Index(fields=["province", "day"], name="outgoing_by_province"),
        ),
        migrations.AddIndex(
            model_name="outgoing",
            index=models.Index(
                condition=models.Q(("state__in", ("waiting", "refused", "sent"))),
                fields=["organisation", "queued_at"],
                name="outgoing_not_there_yet",
            ),
        ),
        migrations.AddIndex(
            model_name="outgoing",
            index=models.Index(fields=["reverses"], name="outgoing_of_reversed"),
        ),
        migrations.AddIndex(
            model_name="outgoing",
            index=models.Index(
                condition=models.Q(("looked_at", None), ("state", "waiting")),
                fields=["queued_at"],
                name="outgoing_not_looked_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="outgoing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reverses", None), ("sign", 1)),
                    models.Q(("reverses__isnull", False), ("sign", -1)),
                    _connector="OR",
                ),
                name="outgoing_sign_is_of_the_entry",
            ),
        ),
        migrations.AddConstraint(
            model_name="outgoing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), models.Q(("refusal", ""), _negated=True)),
                    models.Q(models.Q(("state", "refused"), _negated=True), ("refusal", "")),
                    _connector="OR",
                ),
                name="outgoing_refused_says_why",
            ),
        ),
        migrations.AddIndex(
            model_name="nationalrow",
            index=models.Index(fields=["organisation", "answer"], name="national_row_answer"),
        ),
        migrations.AddConstraint(
            model_name="nationalrow",
            constraint=models.UniqueConstraint(
                fields=("file", "position"), name="national_row_position"
            ),
        ),
        migrations.AddConstraint(
            model_name="nationalrow",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answer", "")), fields=("entry",), name="national_row_open_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="nationalrow",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answer", "accepted")),
                fields=("entry",),
                name="national_row_accepted_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperbook",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__gte", 1), ("last__gte", models.F("first"))),
                name="paper_book_has_sheets",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperbook",
            constraint=models.UniqueConstraint(
                fields=("session", "prefix", "first"), name="paper_book_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="paperkeying",
            constraint=models.UniqueConstraint(
                fields=("book", "number", "place"), name="paper_keyed_twice"
            ),
        ),
        migrations.AddConstraint(
            model_name="paperkeying",
            constraint=models.UniqueConstraint(
                fields=("book", "number", "keyed_by"), name="paper_keyed_by_two_people"
            ),
        ),
        migrations.AddConstraint(
            model_name="paperkeying",
            constraint=models.CheckConstraint(
                condition=models.Q(("place__in", (1, 2))), name="paper_keying_place"
            ),
        ),
        migrations.AddIndex(
            model_name="papersheet",
            index=models.Index(fields=["session", "number"], name="paper_sheet_session"),
        ),
        migrations.AddIndex(
            model_name="papersheet",
            index=models.Index(
                condition=models.Q(("state", "ready")),
                fields=["settled_at"],
                name="paper_sheet_ready",
            ),
        ),
        migrations.AddConstraint(
            model_name="papersheet",
            constraint=models.UniqueConstraint(fields=("book", "number"), name="paper_sheet_one"),
        ),
        migrations.AddConstraint(
            model_name="papersheet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "void"), _negated=True),
                    models.Q(("why", ""), _negated=True),
                    _connector="OR",
                ),
                name="paper_sheet_void_says_why",
            ),
        ),
        migrations.AddIndex(
            model_name="tablecount",
            index=models.Index(fields=["session", "-at"], name="table_count_session"),
        ),
        migrations.AddConstraint(
            model_name="tablecount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("left__gte", 0), ("table_no__gte", 1), ("vials__gte", 0), ("wasted__gte", 0)
                ),
                name="table_count_is_a_count",
            ),
        ),
        migrations.RunSQL(KEEP, NO_KEEP),
        *SECURITY,
        migrations.RunSQL(COLUMNS, migrations.RunSQL.noop),
        migrations.RunSQL(QUEUE, NO_QUEUE),
    ]
