"""pretix's check-in API, asked in process; run by the Python of pretix's own environment.

    python pretix_inside.py FOLDER COUNT

Uses Django's test client against pretix's own URLs on SQLite and prints figures as JSON.  Written
against pretix's public API documentation ("Check-ins: redeem").
"""

import json
import os
import resource
import sys
import time
from datetime import timedelta
from pathlib import Path


def main(folder: Path, count: int) -> None:
    """Set up an event with so many tickets, check each in once, then some of them again."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "pretix.cfg"
    settings.write_text(
        f"[pretix]\ninstance_name=bench\nurl=http://testserver\ndatadir={folder}\n"
        f"[database]\nbackend=sqlite3\nname={folder / 'pretix.sqlite3'}\n"
        "[mail]\nfrom=bench@example.org\n"
    )
    os.environ["PRETIX_CONFIG_FILE"] = str(settings)
    os.environ["DJANGO_SETTINGS_MODULE"] = "pretix.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    token, path, lists, secrets = _event(count)
    print(json.dumps(_measured(token, path, lists, secrets)))


def _event(count: int) -> "tuple[str, str, int, list[str]]":
    """An organizer, an event that runs now, so many paid positions, a list and an API token."""
    from django.db.transaction import atomic
    from django.utils.timezone import now
    from django_scopes import scopes_disabled
    from pretix.base.models import Event, Order, OrderPosition, Organizer, Team

    stamp = f"b{time.time_ns()}"
    with scopes_disabled(), atomic():
        organizer = Organizer.objects.create(name="Bench", slug=stamp)
        event = Event.objects.create(
            organizer=organizer,
            name="Bench",
            slug=stamp,
            date_from=now() - timedelta(hours=1),
            plugins="pretix.plugins.checkinlists",
            live=True,
        )
        item = event.items.create(name="Ticket", default_price=0, admission=True)
        order = Order.objects.create(
            code="BENCH",
            event=event,
            email="bench@example.org",
            status=Order.STATUS_PAID,
            datetime=now(),
            expires=now() + timedelta(days=10),
            total=0,
            locale="en",
            sales_channel=organizer.sales_channels.get(identifier="web"),
        )
        OrderPosition.objects.bulk_create(
            OrderPosition(
                order=order,
                item=item,
                price=0,
                tax_rate=0,
                tax_value=0,
                positionid=number + 1,
                secret=f"{stamp}{number:08}",
                pseudonymization_id=f"{stamp[-8:]}{number:08}",
                organizer=organizer,
            )
            for number in range(count)
        )
        found = event.checkin_lists.create(name="Gate", all_products=True)
        team = Team.objects.create(
            organizer=organizer, name="Gate", all_events=True, **_rights(Team)
        )
        token = team.tokens.create(name="Gate").token
    secrets = [f"{stamp}{number:08}" for number in range(count)]
    return token, f"/api/v1/organizers/{stamp}/checkinrpc/redeem/", found.pk, secrets


def _rights(team: type) -> "dict[str, bool]":
    """Every right, under the names this version knows."""
    fields = {field.name for field in team._meta.get_fields()}  # type: ignore[attr-defined]
    return {
        name: True
        for name in fields
        if name.startswith(("can_", "all_event_permissions", "all_organizer_permissions"))
    }


def _measured(token: str, path: str, lists: int, secrets: "list[str]") -> "dict[str, object]":
    from django.test import Client
    from django_scopes import scopes_disabled
    from pretix import __version__
    from pretix.base.models import Checkin

    client = Client(headers={"Authorization": f"Token {token}"})

    def redeem(secret: str) -> "dict[str, object]":
        body = {
            "secret": secret,
            "source_type": "barcode",
            "lists": [lists],
            "nonce": f"n{secret}",
            "type": "entry",
        }
        response = client.post(path, json.dumps(body), content_type="application/json")
        return {"status": response.status_code, **json.loads(response.content)}

    took, answers = [], {}
    began = time.perf_counter()
    for secret in secrets:
        since = time.perf_counter()
        answer = redeem(secret)
        took.append((time.perf_counter() - since) * 1000)
        said = str(answer.get("status"))
        answers[said] = answers.get(said, 0) + 1
    seconds = time.perf_counter() - began
    again = [redeem(secret).get("status") for secret in secrets[:10]]
    with scopes_disabled():
        stored = Checkin.objects.filter(list_id=lists, successful=True).count()
    took.sort()
    return {
        "version": __version__,
        "count": len(secrets),
        "seconds": seconds,
        "answers": answers,
        "again": again,
        "stored": stored,
        "p50": took[len(took) // 2],
        "p99": took[min(len(took) - 1, len(took) * 99 // 100)],
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
