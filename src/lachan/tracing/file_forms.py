"""Forms of the case file: one section of the investigation form each, and one told point.

No question about health has an answer chosen beforehand; what is shown is what was said before.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lachan.core.clock import OFFSET, today
from lachan.people.models import Belonging
from lachan.people.services import Stay
from lachan.places.fields import CommuneField
from lachan.places.selectors import today_of
from lachan.sampling.models import Sample
from lachan.tracing.casefile import (
    FoundWhere,
    Illness,
    Interviewed,
    InterviewWay,
    Outcome,
    Pregnancy,
    Symptom,
)
from lachan.tracing.models import Case, TimePlace
from lachan.tracing.points import Told
from lachan.ui.forms import Choice, Form, Ticks

#: Why the sample was taken, in the words of the sampling table.
REASONS: list[tuple[str, str | Promise]] = [
    (Sample.Reason.CONTACT, _("Close contact")),
    (Sample.Reason.SYMPTOMS, _("Has symptoms")),
    (Sample.Reason.SCREENING, _("Screening")),
    (Sample.Reason.ZONE, _("Lives in a zone")),
    (Sample.Reason.REQUEST, _("At own request")),
]

#: Doses before the onset; -1 stands for "not known" on the page and for nothing in the file.
DOSES: list[tuple[str, str | Promise]] = [
    *((str(count), str(count)) for count in range(4)),
    ("4", _("4 or more")),
    ("-1", _("Not known")),
]

_DAY = {"type": "date"}


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(_DAY, "%Y-%m-%d"), **options)


def _several(choices: Any, **options: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(choices=choices, widget=Ticks, **options)


class SectionForm(Form):
    """A section; `answers` gives what `investigation.save_section` takes."""

    def answers(self) -> dict[str, Any]:
        """The cleaned answers."""
        return dict(self.cleaned_data)


class InterviewForm(SectionForm):
    """Who answers."""

    interviewed = Choice(label=_("Who answers?"), choices=Interviewed.choices)
    interview_way = Choice(label=_("How do you speak?"), choices=InterviewWay.choices)


class OnsetForm(SectionForm):
    """When it began, with what."""

    first_symptoms = _several(Symptom.choices, label=_("What did the patient notice first?"))
    onset = _day(
        label=_("Day of the first symptom"),
        required=False,
        help_text=_("Leave it open when there is no symptom."),
    )
    symptoms_other = forms.CharField(label=_("In own words"), required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        signs = data.get("first_symptoms") or []
        if Symptom.NONE in signs and (len(signs) > 1 or data.get("onset")):
            self.add_error("first_symptoms", _("No symptom yet stands alone, without a day."))
        elif signs and Symptom.NONE not in signs and not data.get("onset"):
            self.add_error("onset", _("Write the day on which it began."))
        return data


class FoundForm(SectionForm):
    """Where the case was found, by which sampling."""

    found_where = Choice(label=_("Where was the case found?"), choices=FoundWhere.choices)
    reason = Choice(label=_("Why was the sample taken?"), choices=REASONS, required=False)
    sample_round = forms.IntegerField(
        label=_("Which round of sampling?"),
        required=False,
        min_value=1,
        max_value=50,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )


class DosesForm(SectionForm):
    """Vaccine doses before the onset."""

    doses_at_onset = Choice(label=_("How many doses before the onset?"), choices=DOSES)

    def answers(self) -> dict[str, Any]:
        """A number, or None where nobody knows."""
        count = int(self.cleaned_data["doses_at_onset"])
        return {"doses_at_onset": None if count < 0 else count}


class IllnessForm(SectionForm):
    """What makes it worse."""

    underlying = _several(Illness.choices, label=_("Which illnesses has the patient had before?"))
    underlying_other = forms.CharField(label=_("In own words"), required=False, max_length=200)

    def clean_underlying(self) -> list[str]:
        """ "None known" stands alone."""
        found: list[str] = self.cleaned_data["underlying"]
        if Illness.NONE in found and len(found) > 1:
            raise forms.ValidationError(_("None known stands alone."))
        return found


class PregnancyForm(SectionForm):
    """A dated fact: so many weeks today."""

    pregnant = Choice(label=_("Is the patient pregnant?"), choices=Pregnancy.choices)
    pregnancy_weeks = forms.IntegerField(
        label=_("In which week today?"),
        required=False,
        min_value=1,
        max_value=44,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )


class WorkForm(SectionForm):
    """Occupation, and where somebody works or learns, down to line, class and shift."""

    occupation = forms.CharField(label=_("Occupation"), required=False, max_length=80)
    kind = Choice(label=_("Works or learns?"), choices=Belonging.Kind.choices, required=False)
    name = forms.CharField(label=_("Company, market, school"), required=False, max_length=120)
    unit = forms.CharField(label=_("Workshop, department, year"), required=False, max_length=80)
    line = forms.CharField(label=_("Line, room or class"), required=False, max_length=40)
    shift = forms.CharField(label=_("Shift"), required=False, max_length=20)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("name") and not data.get("kind"):
            self.add_error("kind", _("Choose one of the answers."))
        return data


class StayForm(SectionForm):
    """Where the patient stays now and where he is registered: two facts."""

    stay_address = forms.CharField(label=_("Present stay: house, lane, hamlet"), max_length=200)
    stay_commune = CommuneField(label=_("Commune of the present stay"))
    permanent_address = forms.CharField(
        label=_("Permanent residence, if elsewhere"), required=False, max_length=200
    )
    permanent_commune = CommuneField(label=_("Commune of the permanent residence"), required=False)

    def answers(self) -> dict[str, Any]:
        """Two stays; the permanent one only where it was told."""
        return {"stay": self._stay("stay"), "permanent": self._stay("permanent")}

    def _stay(self, kind: str) -> Stay | None:
        commune = self.cleaned_data[f"{kind}_commune"]
        if commune is None:
            return None
        return Stay(commune, today_of(commune).province, self.cleaned_data[f"{kind}_address"])


class GuardianForm(SectionForm):
    """Who answers for a child or for somebody who cannot speak."""

    name = forms.CharField(label=_("Name of the guardian or carer"), required=False, max_length=80)
    relation = forms.CharField(label=_("Who is it to the patient?"), required=False, max_length=40)
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=20,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )


class CodeForm(SectionForm):
    """The national code and how sure the diagnosis is."""

    national_code = forms.CharField(
        label=_("National patient code (BN…)"),
        required=False,
        max_length=24,
        widget=forms.TextInput({"autocapitalize": "characters", "autocomplete": "off"}),
    )
    status = Choice(
        label=_("Confirmed or suspected?"),
        choices=[
            (Case.Status.CONFIRMED, _("Confirmed case")),
            (Case.Status.SUSPECTED, _("Suspected case")),
        ],
    )


class OutcomeForm(SectionForm):
    """How it went, where and when."""

    outcome = Choice(label=_("How is the patient?"), choices=Outcome.choices)
    outcome_place = forms.CharField(label=_("Where"), required=False, max_length=120)
    outcome_on = _day(label=_("Since which day"), required=False)


FORMS: dict[str, type[SectionForm]] = {
    "interview": InterviewForm,
    "onset": OnsetForm,
    "found": FoundForm,
    "doses": DosesForm,
    "illness": IllnessForm,
    "pregnancy": PregnancyForm,
    "work": WorkForm,
    "stay": StayForm,
    "guardian": GuardianForm,
    "code": CodeForm,
    "outcome": OutcomeForm,
}


#: How long a stay lasted, in minutes; told on the phone as "about two hours".
LASTED = [
    ("30", _("30 minutes")),
    ("60", _("1 hour")),
    ("120", _("2 hours")),
    ("240", _("4 hours")),
    ("480", _("8 hours")),
    ("until", _("Until …")),
]

#: Minutes either way; nothing chosen is "as told".
UNCERTAIN = [("15", "± 15′"), ("30", "± 30′"), ("60", _("± 1 hour")), ("120", _("± 2 hours"))]


class PointForm(Form):
    """A told point: place, day, from when, how long; the rest folds away."""

    place = forms.UUIDField(required=False, widget=forms.HiddenInput)
    day = forms.ChoiceField(label=_("Day"))
    begins = forms.TimeField(
        label=_("From what time"), widget=forms.TimeInput({"type": "time"}, "%H:%M")
    )
    lasted = Choice(label=_("How long?"), choices=LASTED)
    ends = forms.TimeField(
        label=_("Until what time"),
        required=False,
        widget=forms.TimeInput({"type": "time"}, "%H:%M"),
    )
    uncertain = forms.ChoiceField(
        label=_("How sure are the hours?"),
        required=False,
        choices=[("", _("As told")), *UNCERTAIN],
    )
    company = forms.CharField(
        label=_("With whom"),
        required=False,
        max_length=400,
        widget=forms.Textarea({"rows": 2}),
    )
    plate = forms.CharField(label=_("Vehicle: plate"), required=False, max_length=20)
    seat = forms.CharField(label=_("Seat"), required=False, max_length=20)
    segment = forms.CharField(label=_("From where to where"), required=False, max_length=80)
    name = forms.CharField(label=_("Place not in the register"), required=False, max_length=120)
    kind = forms.ChoiceField(
        label=_("What kind of place"),
        required=False,
        choices=[("", _("Choose")), *TimePlace.Kind.choices],
    )
    address = forms.CharField(label=_("House number, street, hamlet"), required=False)
    commune = CommuneField(label=_("Commune"), required=False)

    def __init__(self, *args: Any, days: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        day = self.fields["day"]
        assert isinstance(day, forms.ChoiceField)
        day.choices = days

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("lasted") == "until" and not data.get("ends"):
            self.add_error("ends", _("Write until when."))
        if not data.get("place") and not data.get("name"):
            self.add_error(None, _("Choose a place from the list, or write what it is called."))
        elif not data.get("place") and not data.get("kind"):
            self.add_error("kind", _("Choose what kind of place it is."))
        return data

    def told(self) -> Told:
        """The point of a valid form; an end before the begin lies on the next day."""
        data = self.cleaned_data
        day = date.fromisoformat(data["day"])
        start = datetime.combine(day, data["begins"], OFFSET)
        return Told(
            start=start,
            end=_end(start, data["lasted"], data["ends"]),
            place=data["place"],
            name=data["name"],
            kind=data["kind"],
            address=data["address"],
            commune=data["commune"],
            uncertain=int(data["uncertain"] or 0),
            plate=data["plate"],
            seat=data["seat"],
            segment=data["segment"],
            company=data["company"],
        )


def _end(start: datetime, lasted: str, ends: time | None) -> datetime:
    if lasted != "until" or ends is None:
        return start + timedelta(minutes=int(lasted))
    end = datetime.combine(start.date(), ends, OFFSET)
    return end if end > start else end + timedelta(days=1)


def begin_of(query: Mapping[str, str]) -> dict[str, Any]:
    """What a gap's link fills in beforehand: the day and the hours nobody knows about."""
    filled: dict[str, Any] = {"day": query.get("day", today().isoformat())}
    if query.get("from"):
        filled["begins"] = query["from"]
    if query.get("until"):
        filled |= {"ends": query["until"], "lasted": "until"}
    return filled


def point_values(point: TimePlace, company: str) -> dict[str, Any]:
    """A standing point as the form shows it for correction."""
    start, end = point.start.astimezone(OFFSET), point.end.astimezone(OFFSET)
    place: UUID | None = point.place_id
    return {
        "place": place,
        "day": start.date().isoformat(),
        "begins": start.time(),
        "lasted": "until",
        "ends": end.time(),
        "uncertain": str(point.uncertain or ""),
        "company": company,
        "plate": point.plate,
        "seat": point.seat,
        "segment": point.segment,
        "name": point.place_name,
        "kind": point.place_kind,
        "address": point.place_address,
        "commune": point.place_commune,
    }


class OutbreakForm(Form):
    """What the cases have in common."""

    name = forms.CharField(
        label=_("Name of the outbreak"),
        help_text=_("A hamlet, a lane, a school, a workshop: not a person."),
        max_length=120,
    )
