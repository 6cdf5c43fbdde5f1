"""Who sees orders: the commune of the stay, its province, and the person.  Only the worker writes
one; a step, a holding or an advice belongs to an order or a person the writer may see."""

from django.db import migrations

from lachan.core.rowsecurity import RowSecurity, of_own

ABOUT_ME = (
    "exists (select 1 from isolation_order o where o.{key} = {table}.{own}"
    " and o.person_id = any((select core.scope_persons())::uuid[]))"
)


def of_resident(table: str) -> str:
    """A row lies where its person stays."""
    return (
        f"exists (select 1 from people_person p where p.id = {table}.person_id"
        f" and p.commune = {table}.commune and p.province = {table}.province)"
    )


class Migration(migrations.Migration):
    dependencies = [("isolation", "0001_orders"), ("people", "0003_who_sees_whom")]

    operations = [
        RowSecurity(
            "isolation_order",
            commune="commune",
            province="province",
            person="person_id",
            person_changes=False,
            insert=f"(select core.scope_system()) and {of_resident('isolation_order')}",
        ),
        RowSecurity(
            "isolation_holding",
            commune="commune",
            province="province",
            insert="system",
            only=of_own("isolation_holding", "isolation_order", "order_id"),
        ),
        RowSecurity("isolation_listing", commune="commune", province="province", insert="seen"),
        RowSecurity(
            "isolation_signed",
            commune="commune",
            province="province",
            insert="seen",
            only=of_own("isolation_signed", "isolation_listing", "listing_id"),
            extra={"person": ABOUT_ME.format(table="isolation_signed", key="signed_id", own="id")},
        ),
        RowSecurity(
            "isolation_scan", commune="commune", province="province", insert="seen", change=False
        ),
        RowSecurity(
            "isolation_orderstep",
            commune="commune",
            province="province",
            insert="seen",
            change=False,
            only=of_own("isolation_orderstep", "isolation_order", "order_id"),
        ),
        RowSecurity(
            "isolation_advice",
            commune="commune",
            province="province",
            person="person_id",
            insert=f"(select core.scope_system()) and {of_resident('isolation_advice')}",
            change=False,
        ),
        # Whoever sees the scan's row may open what is sealed in it.
        migrations.RunSQL(
            "create policy see_by_scan on core_datakey for select to lachan_app using"
            " (exists (select 1 from isolation_scan s where s.id = core_datakey.person))",
            "drop policy see_by_scan on core_datakey",
        ),
    ]
