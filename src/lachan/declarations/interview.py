"""A declaration step by step, without anything kept before it is sent.

The answers of the other steps travel in the page itself, and are judged again when the last step is
sent: so it works without a script and without a draft on the server, and going back loses nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import QueryDict

from lachan.core.ids import uuid7
from lachan.declarations.forms import AboutForm, StepForm
from lachan.declarations.questionnaire import Question, Questionnaire
from lachan.people.selectors import PersonCard

#: Names that steer the steps and are no answers.
CONTROLS = ("csrfmiddlewaretoken", "step", "go", "key")


@dataclass(frozen=True, slots=True)
class Asking:
    """Who is asked about whom.  `amends`: what was answered before, which is not asked anew."""

    asked: Questionnaire
    card: PersonCard
    precision: str
    other: bool
    staff: bool
    amends: Mapping[str, Any] | None = None


class Interview:
    """One request of a declaration: which step it shows, with which answers."""

    def __init__(self, asking: Asking, data: QueryDict | None) -> None:
        self.asking = asking
        self.asked = asking.asked
        self.sent = data is not None
        self.data = data.copy() if data is not None else posted(asking.asked, asking.amends or {})
        self.key = _key(self.data)
        self.index = min(_number(self.data.get("step", "0")), self.count - 1)
        self._adding(self.data.get("go", ""))

    @property
    def has_about(self) -> bool:
        """Whether the first screen is about the person; nothing of it changes in an amendment."""
        return self.asking.amends is None

    @property
    def count(self) -> int:
        """How many screens there are."""
        return len(self.asked.steps) + int(self.has_about)

    @property
    def is_last(self) -> bool:
        return self.index == self.count - 1

    def form(self, index: int, *, quiet: bool) -> AboutForm | StepForm:
        """The form of a screen with what was typed so far."""
        if self.has_about and index == 0:
            asking = self.asking
            return AboutForm(
                self.data if self.sent else None,
                quiet=quiet,
                card=asking.card,
                precision=asking.precision,
                other=asking.other,
                staff=asking.staff,
            )
        return StepForm(
            self.data if self.sent or self.asking.amends is not None else None,
            quiet=quiet,
            step=self.asked.steps[index - int(self.has_about)],
            asked=self.asked,
            said=self.data.dict(),
            province=self.asking.card.province,
        )

    def take(self) -> AboutForm | StepForm | None:
        """Go on by what was pressed: the form to show, None when everything may be sent."""
        go = self.data.get("go", "next")
        if not self.sent or go.startswith(("more:", "less:")):
            return self.form(self.index, quiet=True)
        if go == "back":
            self.index = max(self.index - 1, 0)
            return self.form(self.index, quiet=True)
        form = self.form(self.index, quiet=False)
        if not form.is_valid():
            return form
        if not self.is_last:
            self.index += 1
            return self.form(self.index, quiet=True)
        return self._first_wrong()

    def _first_wrong(self) -> AboutForm | StepForm | None:
        """Everything is judged once more: what travelled in the page may have been changed."""
        for index in range(self.count):
            form = self.form(index, quiet=False)
            if not form.is_valid():
                self.index = index
                return form
        return None

    def refused(self, message: str) -> AboutForm | StepForm:
        """The last screen once more, with why it was refused."""
        form = self.form(self.index, quiet=False)
        form.is_valid()
        form.add_error(None, message)
        return form

    def answers(self) -> dict[str, Any]:
        """What was answered on every screen, once `take` said that it may be sent."""
        found: dict[str, Any] = {}
        for form in self._steps():
            assert isinstance(form, StepForm)
            found |= form.answers()
        return found

    def about(self) -> dict[str, Any]:
        """What the first screen said."""
        form = self.form(0, quiet=False)
        assert isinstance(form, AboutForm)
        form.is_valid()
        return form.said()

    def _steps(self) -> list[AboutForm | StepForm]:
        forms = [self.form(each, quiet=False) for each in range(int(self.has_about), self.count)]
        for form in forms:
            form.is_valid()
        return forms

    def carried(self, form: AboutForm | StepForm) -> list[tuple[str, str]]:
        """What the other screens said, to travel on in the page."""
        names = [name for name in self.data if name not in CONTROLS and not form.owns(name)]
        return [(name, value) for name in names for value in self.data.getlist(name)]

    def _adding(self, go: str) -> None:
        """Another entry of a group, or one entry less."""
        act, _colon, rest = go.partition(":")
        code, _colon, place = rest.partition(":")
        question = next((each for each in self.asked.questions if each.code == code), None)
        if question is None:
            return
        if question.type == "countries" and act == "more":
            self.data.setlist(code, [*self.data.getlist(code), ""])
        elif question.type == "group" and act == "more":
            count = _number(self.data.get(f"{code}-n", "1"))
            self.data[f"{code}-n"] = str(min(count + 1, question.most))
        elif question.type == "group" and act == "less":
            _without(self.data, question, _number(place))


def _without(data: QueryDict, question: Question, gone: int) -> None:
    """Take one entry away; those behind it move up."""
    count = _number(data.get(f"{question.code}-n", "1"))
    names = [name + end for part in question.parts for name in [part.code] for end in ("", "_text")]
    for place in range(gone, count):
        for name in names:
            behind = data.getlist(f"{question.code}-{place + 1}-{name}")
            data.setlist(f"{question.code}-{place}-{name}", behind)
    data[f"{question.code}-n"] = str(max(count - 1, 1))


def posted(asked: Questionnaire, answers: Mapping[str, Any]) -> QueryDict:
    """Written answers as the forms send them."""
    data = QueryDict(mutable=True)
    for question in asked.questions:
        if question.code in answers:
            _put(data, question, question.code, answers[question.code])
    return data


def _put(data: QueryDict, question: Question, name: str, value: Any) -> None:
    if question.type == "group":
        data[f"{name}-n"] = str(len(value))
        for place, entry in enumerate(value):
            for part in question.parts:
                if part.code in entry:
                    _put(data, part, f"{name}-{place}-{part.code}", entry[part.code])
    elif question.type == "countries":
        data.setlist(name, list(value))
    elif question.type == "commune":
        data[name] = str(value["unit"])
    elif question.type == "moment":
        data[name] = value[:16]
    else:
        data[name] = str(value)


def _key(data: QueryDict) -> UUID:
    try:
        return UUID(data.get("key", ""))
    except ValueError:
        return uuid7()


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
