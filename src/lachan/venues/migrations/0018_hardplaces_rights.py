"""Who sees and writes lists, deliveries, tickets and outings."""

from django.db import migrations

from lachan.venues.migrations._hardplaces import (
    AT_ITS_PLACE,
    AT_OWN_PLACE,
    DESTROY_FILES,
    GUARD,
    HEALTH,
    KEEP_FILES,
    KEEPER,
    KEYS,
    MEMBERS_IN,
    NO_KEYS,
    NO_MEMBERS_IN,
    NOT_WHO_IT_IS,
    OF_OWN_MEMBER,
    OPENED,
    SYSTEM,
    WHO_IT_IS,
    secured,
)


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_ledgers"),
        ("people", "0007_household_dwelling"),
        ("venues", "0017_outings"),
    ]

    operations = [
        *secured(
            "venues_member",
            see={
                "keeper": f"{KEEPER} or ({GUARD} and kind = 'driver')",
                "health": f"kind <> 'guest' and {HEALTH}",
                "opening": f"kind = 'guest' and {HEALTH} and "
                + OPENED.format(column="venues_member.outing"),
            },
            write=f"{KEEPER} or ({GUARD} and kind = 'driver') or {SYSTEM}",
            change=f"{KEEPER} or {SYSTEM}",
            only=AT_OWN_PLACE,
        ),
        *secured(
            "venues_spot",
            see={"keeper": KEEPER, "health": HEALTH},
            write=KEEPER,
            change=f"{KEEPER} or {SYSTEM}",
            only=f"{AT_ITS_PLACE} and {OF_OWN_MEMBER.replace('{key}', 'member_id')}",
        ),
        *secured(
            "venues_attendance",
            see={"keeper": KEEPER, "health": HEALTH},
            write=KEEPER,
            change=SYSTEM,
            only=f"{AT_ITS_PLACE} and {OF_OWN_MEMBER.replace('{key}', 'member_id')}",
        ),
        *secured(
            "venues_roombeds",
            see={"keeper": KEEPER},
            write=KEEPER,
            change=KEEPER,
            only="exists (select 1 from places_place p where p.id = {table}.place_id"
            " and p.organisation_id = {table}.organisation)",
        ),
        *secured("venues_rollfile", see={"keeper": KEEPER}, write=KEEPER, change=KEEPER),
        migrations.RunSQL(DESTROY_FILES, KEEP_FILES),
        *secured(
            "venues_delivery",
            see={"keeper": GUARD, "health": HEALTH},
            write=GUARD,
            change=f"{GUARD} or {SYSTEM}",
            only=f"{AT_ITS_PLACE} and {OF_OWN_MEMBER.replace('{key}', 'driver_id')}",
        ),
        *secured(
            "venues_ticketrule",
            see={"keeper": GUARD},
            write=KEEPER,
            change=KEEPER,
            only="exists (select 1 from places_place p where p.id = {table}.market_id"
            " and p.organisation_id = {table}.organisation)",
        ),
        *secured(
            "venues_ticket",
            see={"keeper": GUARD},
            write=KEEPER,
            change=KEEPER,
            only="exists (select 1 from places_place p where p.id = {table}.market_id"
            " and p.organisation_id = {table}.organisation)",
        ),
        *secured(
            "venues_ticketuse",
            see={"keeper": GUARD},
            write=GUARD,
            only="exists (select 1 from venues_ticket t where t.id = {table}.ticket_id"
            " and t.organisation = {table}.organisation)",
        ),
        *secured(
            "venues_outing",
            see={"keeper": KEEPER, "health": HEALTH},
            write=KEEPER,
            change=f"{KEEPER} or {SYSTEM}",
            only=f"{AT_ITS_PLACE} and {OF_OWN_MEMBER.replace('{key}', 'contact_id')}",
        ),
        *secured(
            "venues_seat",
            see={
                "keeper": KEEPER,
                "opening": f"{HEALTH} and " + OPENED.format(column="venues_seat.outing_id"),
            },
            write=f"{KEEPER} or {SYSTEM}",
            change=f"{KEEPER} or {SYSTEM}",
            only=OF_OWN_MEMBER.replace("{key}", "member_id"),
        ),
        *secured(
            "venues_opening",
            see={"keeper": KEEPER, "account": "account = (select core.scope_account())"},
            write="account = (select core.scope_account()) and exists"
            " (select 1 from venues_outing o where o.id = venues_opening.outing_id"
            " and o.organisation = venues_opening.organisation)",
        ),
        migrations.RunSQL(MEMBERS_IN, NO_MEMBERS_IN),
        migrations.RunSQL(KEYS, NO_KEYS),
        migrations.RunSQL(WHO_IT_IS, NOT_WHO_IT_IS),
    ]
