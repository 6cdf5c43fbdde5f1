"""The questionnaire as forms, one a step: no answer is chosen beforehand.

A form shown before it was sent judges nothing (`quiet`).  What depends on another answer must be
answered only where that answer was given; where it was not, what was typed there counts nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.forms import BoundField
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lachan.core.clock import now, today
from lachan.core.refusals import Refused
from lachan.declarations.crossing import refuse_outside
from lachan.declarations.fields import field_of
from lachan.declarations.models import Declaration
from lachan.declarations.questionnaire import Question, Questionnaire, Step, When
from lachan.people.models import Person
from lachan.people.selectors import PersonCard
from lachan.people.services import Stay
from lachan.places.fields import CommuneField
from lachan.places.selectors import today_of, unit_label
from lachan.ui.forms import Choice, ErrorLink, Form, YesNo
from lachan.ui.wording import language


@dataclass(frozen=True, slots=True)
class Row:
    """A question on the screen: its field, or the titled entries of a group; asked `when` another
    answer says so."""

    question: Question
    label: str
    field: BoundField | None
    entries: list[tuple[str, "EntryForm"]]
    when: When | None


class Quiet(Form):
    """A form that may be shown with what was typed and judge nothing of it yet."""

    def __init__(self, *args: Any, quiet: bool = False, **options: Any) -> None:
        self.quiet = quiet
        super().__init__(*args, **options)

    def full_clean(self) -> None:
        if self.quiet:
            self._errors, self.cleaned_data = ErrorDict(), {}
        else:
            super().full_clean()


class QuestionsForm(Quiet):
    """Some questions; `said` are the answers of other steps, which may ask for one of these."""

    def __init__(
        self,
        *args: Any,
        questions: tuple[Question, ...],
        asked: Questionnaire,
        said: Mapping[str, Any],
        province: int | None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.questions, self.asked, self.province = questions, asked, province
        self.said = dict(said) | {
            each.code: self.data.get(self.add_prefix(each.code)) for each in questions
        }
        for question in questions:
            if question.type != "group":
                self.fields[question.code] = field_of(question)

    def _is_asked(self, question: Question) -> bool:
        return question.when is None or question.when.holds(self.said)

    def clean(self) -> dict[str, Any]:
        """Nothing is judged that was not asked; days that are over are over."""
        given = super().clean() or self.cleaned_data
        for question in self.questions:
            if not self._is_asked(question):
                given.pop(question.code, None)
                self.errors.pop(question.code, None)
            value = given.get(question.code)
            if question.past and value and _is_ahead(value):
                self.add_error(question.code, _("This day has not come yet."))
            elif question.ahead and value:
                self._judge_crossing(question, value)
        return given

    def _judge_crossing(self, question: Question, value: date) -> None:
        written = {question.code: value.isoformat()}
        try:
            refuse_outside(self.asked, written, at=now(), province=self.province)
        except Refused as refused:
            self.add_error(question.code, refused.message)

    def answers(self) -> dict[str, Any]:
        """Code -> answer, of a valid form."""
        return {
            code: value for code, value in self.cleaned_data.items() if value not in (None, "", [])
        }


class EntryForm(QuestionsForm):
    """One entry of a group, such as one destination."""

    def __init__(self, *args: Any, title: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.title = title


class StepForm(QuestionsForm):
    """One screen of the questionnaire."""

    def __init__(self, *args: Any, step: Step, **options: Any) -> None:
        super().__init__(*args, questions=step.questions, **options)
        self.step = step
        self.groups = {
            each.code: [self._entry(each, place) for place in range(self._count(each))]
            for each in step.questions
            if each.type == "group"
        }

    def _count(self, question: Question) -> int:
        typed = str(self.data.get(f"{question.code}-n", "1"))
        return min(max(int(typed) if typed.isdecimal() else 1, 1), question.most)

    def _entry(self, question: Question, place: int) -> EntryForm:
        name = question.entry.said(language()) if question.entry else ""
        return EntryForm(
            self.data if self.is_bound else None,
            prefix=f"{question.code}-{place}",
            quiet=self.quiet,
            questions=question.parts,
            asked=self.asked,
            said={},
            province=self.province,
            title=f"{name} {place + 1}",
        )

    def full_clean(self) -> None:
        """The entries of a group are judged with the step; a fault in one is one of the step."""
        super().full_clean()
        if not self.quiet and self.is_bound:
            for entry in self._asked_entries():
                entry.full_clean()

    def is_valid(self) -> bool:
        """Whether the step and each entry that is asked for may be taken."""
        entries = [entry.is_valid() for entry in self._asked_entries()]
        return super().is_valid() and all(entries)

    def _asked_entries(self) -> list[EntryForm]:
        return [
            entry
            for each in self.step.questions
            if each.type == "group" and self._is_asked(each)
            for entry in self.groups[each.code]
        ]

    def rows(self) -> list[Row]:
        """The questions in their order, each as the screen shows it."""
        here = {each.code for each in self.step.questions}
        return [
            Row(
                each,
                each.said(language()),
                self[each.code] if each.code in self.fields else None,
                [(entry.title, entry) for entry in self.groups.get(each.code, [])],
                each.when if each.when and here.intersection(each.when.of) else None,
            )
            for each in self.step.questions
            if not each.when or here.intersection(each.when.of) or self._is_asked(each)
        ]

    def error_links(self) -> list[ErrorLink]:
        """The summary also leads into the entries of a group."""
        entries = [] if self.quiet else self._asked_entries()
        return super().error_links() + [
            ErrorLink(link.href, f"{entry.title}: {link.text}")
            for entry in entries
            for link in entry.error_links()
        ]

    def owns(self, name: str) -> bool:
        """Whether a posted name belongs to this screen, so that it is not carried beside it."""
        bare = name.removesuffix("_text")
        return any(
            bare == each.code or (each.type == "group" and bare.startswith(f"{each.code}-"))
            for each in self.step.questions
        )

    def answers(self) -> dict[str, Any]:
        found = super().answers()
        for question in self.step.questions:
            if question.type == "group" and self._is_asked(question):
                found[question.code] = [each.answers() for each in self.groups[question.code]]
        return found


def _is_ahead(value: date | datetime) -> bool:
    return value > now() if isinstance(value, datetime) else value > today()


class AboutForm(Quiet):
    """Nothing of identity is asked again: only whether the person still stays there, the whole
    birth date where a part is known, and how a represented person agreed."""

    def __init__(
        self, *args: Any, card: PersonCard, precision: str, other: bool, staff: bool, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.card = card
        if not staff:
            self._ask_stay()
        if not staff and precision != Person.BirthPrecision.DAY:
            self._ask_birth()
        if other:
            self._ask_consent(staff)

    def _ask_stay(self) -> None:
        self.fields["stays"] = YesNo(
            label=_("Still staying at %(place)s?") % {"place": where_stays(self.card)}
        )
        self.fields["moved_to"] = CommuneField(
            label=_("Commune or ward of the present stay"),
            help_text=_("Type part of the name; diacritics are not needed. Older names work too."),
        )
        self.fields["moved_address"] = forms.CharField(
            label=_("House, lane, hamlet"), required=False, max_length=200
        )

    def _ask_birth(self) -> None:
        known = "/".join(reversed(self.card.birth.split("-")))
        label = _("Birth date (so far only %(known)s)") % {"known": known}
        year = self.card.birth_year
        limits = {"min": f"{year}-01-01", "max": f"{year}-12-31"} if year else {}
        self.fields["birth"] = forms.DateField(
            label=label if known else _("Birth date"),
            help_text=_("Day and month help not to mistake one person for another."),
            required=False,
            widget=forms.DateInput({"type": "date"} | limits, format="%Y-%m-%d"),
        )

    def _ask_consent(self, staff: bool) -> None:
        consents = [
            each
            for each in Declaration.Consent.choices
            if not staff or each[0] != Declaration.Consent.GUARDIAN
        ]
        self.fields["consent"] = Choice(label=_("How did the person agree?"), choices=consents)
        if not staff:
            relations = [
                each
                for each in Declaration.Relation.choices
                if each[0] != Declaration.Relation.STAFF
            ]
            self.fields["relation"] = Choice(
                label=_("Who are you to this person?"), choices=relations
            )

    #: What depends on `stays`, as the page shows and hides it.
    moved_when = When(("stays",), ("no",))

    def clean(self) -> dict[str, Any]:
        """Where somebody still stays, no new place counts."""
        given = super().clean() or self.cleaned_data
        if given.get("stays"):
            given.pop("moved_to", None)
            self.errors.pop("moved_to", None)
        birth = given.get("birth")
        if birth and not birth.isoformat().startswith(self.card.birth):
            sentence = _("This is not the year on record. Ask the health station to correct it.")
            self.add_error("birth", sentence)
        return given

    def owns(self, name: str) -> bool:
        """Whether a posted name belongs to this screen."""
        return name.removesuffix("_text") in self.fields

    def said(self) -> dict[str, Any]:
        """What `services.take_down` takes of it."""
        given = self.cleaned_data
        return {
            "stay": _stay(given.get("moved_to"), given.get("moved_address", "")),
            "birth": given.get("birth"),
            "consent": given.get("consent", ""),
            "relation": given.get("relation", ""),
        }


def where_stays(card: PersonCard) -> str:
    """The present stay in words; an address alone where the commune is none we know."""
    try:
        unit = unit_label(card.commune)
    except Refused:
        unit = ""
    if unit and card.address.endswith(unit):
        return card.address
    return ", ".join(part for part in (card.address, unit) if part)


def _stay(commune: int | None, address: str) -> Stay | None:
    if commune is None:
        return None
    return Stay(commune=commune, province=today_of(commune).province, address=address, unit=commune)


class CodeForm(Form):
    """Whom a guard or an officer declares for: one box for a reader or for typing."""

    text = forms.CharField(
        label=gettext_lazy("Scan the personal code or the identity card"),
        help_text=gettext_lazy("A number typed by hand works too: 12 or 9 digits."),
        widget=forms.TextInput({"autocomplete": "off", "autofocus": True}),
    )
