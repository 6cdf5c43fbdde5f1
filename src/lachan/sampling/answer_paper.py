"""A result on paper, and the page that says whether such a paper still holds."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal, reference_reading
from lachan.core.sealing import open_sealed, seal
from lachan.core.signing import ring, signing_key
from lachan.credentials.secrets import hash_secret
from lachan.credentials.tokens import PREFIXES, TokenRefused, issue, verify
from lachan.people.models import Person
from lachan.people.selectors import PersonCard
from lachan.places.models import Organisation
from lachan.rulebook.selectors import results_rule
from lachan.sampling.answer_reading import Answer, answers_of
from lachan.sampling.answer_state import ON_PAPER, AnswerState, Known, answer_state
from lachan.sampling.models import ResultPaper


@dataclass(frozen=True, slots=True)
class Checked:
    """What the page of a paper's code says; `who` is an initial and a year."""

    who: str
    state: AnswerState
    stands: bool
    method: str
    disease: str
    laboratory: str
    taken_at: datetime
    released_at: datetime
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Made:
    """A paper with what its code names (32 hexadecimal signs)."""

    paper: ResultPaper
    named: str

    @property
    def token(self) -> str:
        """The signed reference of the paper, without its prefix; no name and no number."""
        text = issue(
            signing_key(),
            kind="paper",
            pseudonym=bytes.fromhex(self.named),
            expires_at=int(self.paper.expires_at.timestamp()),
        )
        return text.removeprefix(PREFIXES["paper"])


def answer_for_paper(person: UUID, sample: UUID, *, since: datetime | None = None) -> Answer:
    """A sample of this person that may be printed, taken from `since` on.  Refused: no_paper."""
    for answer in answers_of(person):
        found = answer.sample
        new = since is None or found.taken_at >= since
        if found.id == sample and new and answer.state in ON_PAPER:
            return answer
    raise Refused(
        "no_paper", _("There is no result of this sample to print. Look again later."), status=404
    )


def paper_of(answer: Answer, card: PersonCard, *, by: Principal) -> Made:
    """The paper of a result; printed again while it holds it is the same."""
    assert answer.result is not None
    papers = ResultPaper.objects.filter(result=answer.result, sample=answer.sample)
    known = papers.filter(expires_at__gt=now()).first()
    if known is not None:
        return Made(known, str(open_sealed(card.person, bytes(known.sealed))["link"]))
    named = secrets.token_hex(16)
    person = Person.objects.get(pk=card.person)
    rule = results_rule(now(), province=person.province)
    paper = ResultPaper(
        link_sha256=hash_secret(named),
        sealed=seal(person.id, {"link": named}),
        result=answer.result,
        sample=answer.sample,
        person=person,
        shown_as=initial_of(card),
        made_at=now(),
        expires_at=now() + timedelta(days=rule.slip_days),
        commune=person.commune,
        province=person.province,
    )
    paper.save(force_insert=True)
    audit.record("paper.made", target=("paper", paper.id), by=by)
    return Made(paper, named)


def initial_of(card: PersonCard) -> str:
    """The initials and the year: enough to compare with the paper, too little to find anybody."""
    letters = " ".join(f"{word[0].upper()}." for word in card.name.split())
    return f"{letters} {card.birth_year or ''}".strip()[:40]


def checked(token: str) -> Checked:
    """What a paper's code says.  Refused: paper_unknown, paper_over."""
    try:
        found = verify(ring(), PREFIXES["paper"] + token, at=int(now().timestamp()))
    except TokenRefused as refused:
        if refused.code == "token_expired":
            raise Refused(
                "paper_over",
                _("This paper has ended. Ask the laboratory for a new one."),
                status=410,
            ) from None
        raise _unknown() from None
    # Not personal: one paper at a time, by what its code names, and initials only.
    with reference_reading(), connections["default"].cursor() as cursor:
        cursor.execute("select core.result_paper_of(%s)", [hash_secret(found.pseudonym.hex())])
        [row] = cursor.fetchone()
        if row is None:
            raise _unknown()
        return _read(row if isinstance(row, dict) else json.loads(row))


def _unknown() -> Refused:
    text = _("This code is on no paper of ours: do not rely on it.")
    return Refused("paper_unknown", text, status=404)


def _read(row: Mapping[str, Any]) -> Checked:
    known = Known(shared=row["shared"], outcome=row["outcome"], confirms=row["confirms"])
    return Checked(
        who=row["shown_as"],
        state=answer_state(known),
        stands=row["stands"],
        method=row["method"],
        disease=row["disease"],
        laboratory=laboratory_name(UUID(row["laboratory"])),
        taken_at=_at(row["taken_at"]),
        released_at=_at(row["released_at"]),
        made_at=_at(row["made_at"]),
    )


def _at(text: str) -> datetime:
    found = parse_datetime(text)
    assert found is not None
    return found


def laboratory_name(laboratory: UUID) -> str:
    """The name of the laboratory, "" where it is not in the register."""
    found = Organisation.objects.filter(pk=laboratory).first()
    return found.name if found else ""
