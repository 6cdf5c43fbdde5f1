"""A session with 1,200 people: its list comes in pages, and every one opens somebody's entry."""

import json
from base64 import b64decode

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lachan.core.scope import system_scope
from lachan.core.signing import ring
from lachan.credentials.lists import place_and_key
from lachan.credentials.packs import open_pack
from lachan.people.models import Pseudonym
from lachan.people.services import NewPerson, Stay, join_household, register_many
from lachan.vaccination.line_rules import line_rule
from lachan.vaccination.site_sessions import invite
from tests.places.units import BAC_NINH, NENH
from tests.sampling.people_at_the_table import browser
from tests.vaccination.sites import facility, session_of

PEOPLE = 1_200
#: Bytes of a page as sent: what a telephone fetches over a slow line in some seconds.
LARGEST = 1_500_000
#: Statements for a page, however many people stand on it.
MOST_QUESTIONS = 100


def test_1200_people_are_four_pages(database: str) -> None:
    by = facility()
    session = session_of(by)
    new = [NewPerson(f"Người Thứ {n}", Stay(NENH, BAC_NINH), birth="1970") for n in range(PEOPLE)]
    with system_scope("test") as system:
        people = [one.id for one in register_many(new, by=system)]
        assert invite(session, people, by=system) == PEOPLE
        # A family whose people stand on different pages.
        join_household(persons={people[0]: "head", people[-1]: "child"}, by=system)
        traces = dict(
            Pseudonym.objects.filter(person__in=[people[0], people[-1]]).values_list(
                "person", "trace_id"
            )
        )
    client, page = browser(by), f"/vaccination/site/{session.id}"
    with CaptureQueriesContext(connection) as asked:
        first = client.get(f"{page}/pack.json")
    assert len(asked) < MOST_QUESTIONS
    pack = open_pack(ring(), first.json())
    size = line_rule().pack_page
    assert (pack["pages"], len(pack["people"])) == (PEOPLE // size, size)
    assert len(first.content) < LARGEST
    last = PEOPLE // size
    second = open_pack(ring(), client.get(f"{page}/pack-{last}.json").json())
    assert (second["page"], len(second["people"])) == (last, size)
    assert second["session"] == str(session.id)
    told = [opened(pack, traces[people[0]].bytes), opened(second, traces[people[-1]].bytes)]
    assert [one["name"] for one in told] == ["Người Thứ 0", f"Người Thứ {PEOPLE - 1}"]
    assert told[0]["kin"] == told[1]["kin"]
    assert told[0]["kin_size"] == 2
    for number in (0, 5, 99):
        assert client.get(f"{page}/pack-{number}.json").status_code == 404
    assert browser(facility()).get(f"{page}/pack-2.json").status_code == 404


def opened(content: dict[str, object], secret: bytes) -> dict[str, object]:
    place, key = place_and_key(bytes.fromhex(str(content["salt"])), secret, rounds=1)
    people = content["people"]
    assert isinstance(people, dict)
    raw = b64decode(people[place])
    found: dict[str, object] = json.loads(AESGCM(key).decrypt(raw[:12], raw[12:], place.encode()))
    return found


def test_an_empty_list_is_one_page(database: str) -> None:
    by = facility()
    session = session_of(by)
    pack = open_pack(ring(), browser(by).get(f"/vaccination/site/{session.id}/pack.json").json())
    assert (pack["pages"], pack["people"]) == (1, {})
