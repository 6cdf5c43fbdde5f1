"""The same check-in as one would write it in a view: the same checks, then one INSERT."""

import json
import time
from uuid import UUID

from django.db import IntegrityError, connections
from django.http import HttpRequest, JsonResponse
from django.urls import path

from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.credentials.secrets import hash_secret
from lachan.gate.authority import FRESH, believed
from lachan.gate.wire import Declined
from lachan.venues.models import Scan
from lachan.venues.services import COLUMNS, Entry, check_clock, read_moment

_devices: dict[bytes, tuple[float, tuple[object, ...] | None]] = {}


def answered(request: HttpRequest) -> JsonResponse:
    """One scan of a device, with the length that a middleware would have set."""
    response = check_in(request)
    response["Content-Length"] = str(len(response.content))
    return response


def check_in(request: HttpRequest) -> JsonResponse:
    """The checks and the row."""
    device = _device(request.headers.get("Authorization", "").removeprefix("Bearer "))
    if device is None:
        return JsonResponse({"code": "not_allowed"}, status=401)
    name, place, commune, province = device
    try:
        given = json.loads(request.body)
        at, device_at = read_moment(given, "at"), read_moment(given, "device_at")
        check_clock(at)
        entry = Entry(
            *(
                UUID(given["id"]),
                place,
                UUID(bytes=believed(given["person"], at).pseudonym),
                given["direction"],
            ),
            *(at, device_at, "gate", f"device:{name}", commune, province),
            counter=given.get("counter"),
        )
    except (ValueError, KeyError, Refused, Declined):
        return JsonResponse({"code": "unreadable"}, status=400)
    row = dict(zip(COLUMNS, entry.row(now()), strict=True))
    try:
        Scan.objects.using("gate").create(**row)
    except IntegrityError:
        if not _same(entry):
            return JsonResponse({"code": "different_content"}, status=409)
    return JsonResponse({"id": str(entry.id), "code": "recorded", "message": "Đã ghi."})


def _same(entry: Entry) -> bool:
    with connections["gate"].cursor() as cursor:
        cursor.execute("select * from venues_stored(%s, %s)", [[entry.day], [entry.id]])
        return any(entry.is_stored_as(bytes(row[2])) for row in cursor.fetchall())


def _device(token: str) -> tuple[object, ...] | None:
    """Whose token it is, asked again after as long as on the hot path."""
    digest = hash_secret(token)
    until, found = _devices.get(digest, (0.0, None))
    if time.monotonic() > until:
        with connections["gate"].cursor() as cursor:
            cursor.execute("select * from venues_device_of(%s)", [digest])
            found = cursor.fetchone()
        _devices[digest] = time.monotonic() + FRESH, found
    return found


urlpatterns = [path("hot/scan", answered)]
