"""Declarations by the hot path: what is checked and kept of one before anybody looks at it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from lachan.core.blindindex import index_version
from lachan.core.clock import day_of, now
from lachan.core.keys import keyring
from lachan.core.refusals import Refused
from lachan.core.sealing import seal_loose
from lachan.credentials.blind import blind
from lachan.declarations.models import Declaration, SentDeclaration
from lachan.declarations.questionnaire import in_force

#: The ledger's columns in the order `Sent.row` fills them, with their types.
SENT_COLUMNS = {
    **{"day": "date", "id": "uuid", "trace_id": "uuid", "kind": "text"},
    **{"questionnaire": "smallint", "at": "timestamptz", "received_at": "timestamptz"},
    **{"authority": "text", "payload_hmac": "bytea", "sealed": "bytea", "key_version": "smallint"},
}

#: Bytes of the answers as JSON; a long history of travel has about 3,000.
LARGEST = 16 * 1024

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sent:
    """A declaration before it is written."""

    id: UUID
    trace_id: UUID
    kind: str
    questionnaire: int
    answers: Mapping[str, Any]
    at: datetime
    authority: str

    @property
    def day(self) -> date:
        """The partition."""
        return day_of(self.at)

    def is_stored_as(self, digest: bytes) -> bool:
        """Under any key in use: while a rotation runs, the first copy may be under the former."""
        return any(digest == self.digest(key) for key in keyring().blind_index.values())

    def digest(self, key: bytes) -> bytes:
        """A keyed digest of what was answered: a few times Yes or No can be guessed."""
        micros = (self.at - _EPOCH) // timedelta(microseconds=1)
        answers = json.dumps(self.answers, sort_keys=True)
        words = (self.trace_id, self.kind, self.questionnaire, micros, answers)
        return blind(key, "declaration", "|".join(str(word) for word in words))

    def row(self, received_at: datetime) -> tuple[Any, ...]:
        """The values of SENT_COLUMNS."""
        return self._row(self.id, received_at)

    def kept_row(self, received_at: datetime) -> tuple[Any, ...]:
        """The same as other content is kept, then the number it came under."""
        return (*self._row(uuid5(self.id, self.newest_digest().hex()), received_at), self.id)

    def newest_digest(self) -> bytes:
        """The digest under the newest key."""
        ring = keyring()
        return self.digest(ring.blind_index[ring.index_version])

    def _row(self, number: UUID, received_at: datetime) -> tuple[Any, ...]:
        return (
            *(self.day, number, self.trace_id, self.kind, self.questionnaire, self.at),
            *(received_at, self.authority, self.newest_digest()),
            *(seal_loose(number, {"answers": self.answers}), index_version()),
        )


def check_sent(kind: object, version: object, answers: object, at: datetime) -> None:
    """Whether a declaration has the shape of the questionnaire in force; what the answers say is
    looked at by the worker.

    Refused: questionnaire_outdated, answer_unknown, answer_missing, answers_too_long.
    """
    asked = None
    if isinstance(kind, str) and kind in Declaration.Kind.values:
        asked = in_force(day_of(min(at, now())), kind)
    if asked is None or version != asked.number:
        raise Refused("questionnaire_outdated", _("This form has changed. Open it again."))
    if not isinstance(answers, dict) or set(answers) - {each.code for each in asked.questions}:
        raise Refused(
            "answer_unknown", _("This form has no such question. Open the form again and send it.")
        )
    if any(answers.get(each.code) in (None, "") for each in asked.always):
        raise Refused("answer_missing", _("Answer every question of the form."))
    if len(json.dumps(answers)) > LARGEST:
        raise Refused("answers_too_long", _("The answers are too long. Shorten them."))


def refused_of(person: UUID) -> SentDeclaration | None:
    """The newest declaration of a person that was refused after it was acknowledged, unless a later
    one was taken."""
    refused = SentDeclaration.objects.filter(person=person, instead_of=None).exclude(refused="")
    found = refused.order_by("-at").first()
    if found is None:
        return None
    later = Declaration.objects.filter(person_id=person, at__gt=found.at)
    return None if later.exists() else found


def waiting_and_refused() -> tuple[int, int]:
    """For operators: sent declarations nobody has looked at, and those that were refused."""
    rows = SentDeclaration.objects
    return rows.filter(settled_at=None).count(), rows.exclude(refused="").count()
