"""Biến động: the report that closes, a sentence for every move, and taking a positive back."""

import html
import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from lachan.core.clock import now
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.tracing import services
from lachan.tracing.level_wording import Words, sentence
from lachan.tracing.models import Case, Contact, LevelChange, LevelRun, Outbreak
from tests.factories import cast, chains
from tests.tracing.test_pages import signed_in


class Promoted:
    """F0 met two people; one of them met three others and turned positive."""

    def __init__(self) -> None:
        f0, self.ill, other, *self.others = chains.people(6)
        self.first = chains.case_of(f0)
        chains.met(self.first, [self.ill, other])
        chains.met(
            self.first, self.others, via=self.ill, at=now() - timedelta(hours=18), minutes=610
        )
        chains.computed()
        self.second = chains.case_of(self.ill)
        chains.computed()


@pytest.fixture(scope="module")
def told(database: str) -> Promoted:
    return Promoted()


def page_of(case: Case, query: str = "", language: str = "en") -> str:
    by = cast.of_province(Role.TRACER, case.province)
    page = signed_in(by).get(
        f"/tracing/{case.id}/changes/{query}", headers={"accept-language": language}
    )
    assert page.status_code == 200
    return html.unescape(re.sub(r"<[^>]+>", "", page.content.decode())).replace("\n", " ")


def test_the_report_says_what_moved_and_closes(told: Promoted) -> None:
    page = page_of(told.first)

    assert "F0 2 · F1 4" in page
    assert "F1→F0 1, F2→F1 3" in page
    assert "on the lists of other places" not in page


def test_every_move_has_a_sentence_in_both_languages(told: Promoted) -> None:
    english, vietnamese = page_of(told.second), page_of(told.second, language="vi")

    assert (
        "Oanh moves up from F2 to F1 because Tuyến, with whom there were 610 minutes together,"
        " tested positive at " in english
    )
    assert "Oanh từ F2 lên F1 vì " not in english
    assert (
        "Oanh từ F2 lên F1 vì Tuyến, người ở cùng 610 phút, có kết quả dương tính lúc "
        in vietnamese
    )
    assert "Tuyến từ F1 thành F0 vì có kết quả dương tính lúc " in vietnamese


def test_moves_are_filtered_by_kind(told: Promoted) -> None:
    page = page_of(told.first, "?code=became_case")

    assert "until now F1, is F0" in page
    assert "moves up" not in page


def test_a_name_that_is_not_open_is_not_told(told: Promoted) -> None:
    with system_scope("test"):
        run = LevelRun.objects.filter(case=told.second, moved__gt=0).latest("done_at")
        change = LevelChange.objects.filter(run=run, code="contact_nearer").first()
    assert change is not None
    text = sentence(change, Words({}, {}))
    assert "Tuyến" not in text
    assert "Oanh" not in text


def test_a_station_of_another_commune_learns_nothing(told: Promoted) -> None:
    stranger = signed_in(cast.of_commune(Role.STATION_OFFICER))

    assert stranger.get(f"/tracing/{told.first.id}/changes/").status_code == 404
    assert stranger.post(f"/tracing/{told.first.id}/withdraw/", {"reason": "x"}).status_code == 404


def test_a_withdrawal_asks_for_its_reason_and_names_whom_it_keeps(database: str) -> None:
    told = Promoted()
    by = chains.tracer_of(told.second)
    with scoped(by, "tracing"):
        kept = Contact.objects.get(case=told.second, person=told.others[0])
        services.decide(contacts=[kept.id], state=Contact.State.CONFIRMED, by=by)
    client = signed_in(by)

    refused = client.post(f"/tracing/{told.second.id}/withdraw/", {"reason": ""})
    assert refused.status_code == 422
    client.post(f"/tracing/{told.second.id}/withdraw/", {"reason": "ống mẫu bị nhầm"})
    chains.computed()

    page = page_of(told.second)
    assert "F0→F1 1, F1→F2 3" in page
    assert "because its positive does not stand" in page
    assert "Decided before the withdrawal, kept as they are" in page
    assert "Tuyến's positive was withdrawn" in page


def test_a_linked_case_is_put_into_the_outbreak_by_a_human(told: Promoted) -> None:
    by = chains.tracer_of(told.first)
    with scoped(by, "tracing"):
        outbreak = Outbreak.objects.create(
            name="Xóm Đông",
            disease=told.first.disease,
            opened_at=now(),
            opened_by=by.account,
            commune=told.first.commune,
            province=told.first.province,
        )
        Case.objects.filter(pk=told.first.pk).update(outbreak=outbreak)

    assert "A case of this chain lies in the outbreak “Xóm Đông”" in page_of(told.second)
    client: Client = signed_in(by)
    url = f"/tracing/{told.second.id}/join/"
    assert client.post(url, {"outbreak": UUID(int=1)}).status_code == 409
    assert client.post(url, {"outbreak": outbreak.id}).status_code == 302
    with system_scope("test"):
        told.second.refresh_from_db()
    assert told.second.outbreak_id == outbreak.id
    assert client.post(url, {"outbreak": outbreak.id}).status_code == 409
    assert "Xóm Đông" not in page_of(told.second)
