"""What codes of the site are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lachan.vaccination.models import Session, SiteVisit

#: What somebody has to look at.
_FLAGS = {
    "too_soon": gettext_lazy("Given too early"),
    "too_young": gettext_lazy("Given too young"),
    "not_this_vaccine": gettext_lazy("Another vaccine was due"),
    "no_agreement": gettext_lazy("Another vaccine, without written agreement"),
    "complete": gettext_lazy("No dose was due"),
    "not_offered": gettext_lazy("The schedule has no such dose"),
    "twice": gettext_lazy("Entered on two devices: one was reversed"),
    "two_products": gettext_lazy("Two vaccines in one session"),
    "identity": gettext_lazy("Document and register differ"),
    "no_reception": gettext_lazy("Injected without reception"),
    "no_screening": gettext_lazy("Injected without screening"),
    "against_screening": gettext_lazy("Injected against the screening"),
    "no_consent": gettext_lazy("Injected without consent"),
    "elsewhere": gettext_lazy("Told of a dose elsewhere"),
    "problem_open": gettext_lazy("Injected while the table for problems was not done"),
    "screened_otherwise": gettext_lazy("The device judged the screening otherwise"),
}

_STEPS = {
    SiteVisit.Step.SCREENING: gettext_lazy("Waits for screening"),
    SiteVisit.Step.INJECTION: gettext_lazy("Waits for the injection"),
    SiteVisit.Step.NOT_TODAY: gettext_lazy("Not today"),
    SiteVisit.Step.PROBLEM: gettext_lazy("At the table for problems"),
    SiteVisit.Step.OBSERVED: gettext_lazy("Under observation"),
    SiteVisit.Step.HOME: gettext_lazy("Went home"),
}

#: Why somebody sits at the table for problems.
_PROBLEMS = {
    "identity": gettext_lazy("Document and register differ"),
    "no_document": gettext_lazy("No document, nobody vouches"),
    "elsewhere": gettext_lazy("May have had a dose elsewhere"),
    "screening": gettext_lazy("Not injected by the screening"),
    "other": gettext_lazy("Another problem"),
}

_STATES = {
    Session.State.PLANNED: gettext_lazy("Not opened yet"),
    Session.State.OPEN: gettext_lazy("Open now"),
    Session.State.STOPPED: gettext_lazy("Stopped"),
    Session.State.CLOSED: gettext_lazy("Book closed"),
}


def flag_words(flag: str) -> str | Promise:
    """A flag in words."""
    return _FLAGS.get(flag, flag)


def step_words(step: str) -> str | Promise:
    """Where somebody is."""
    return _STEPS[SiteVisit.Step(step)]


#: What a screening came to.
_OUTCOMES = {
    "eligible": gettext_lazy("Eligible for vaccination"),
    "caution": gettext_lazy("Vaccinate with caution"),
    "postpone": gettext_lazy("Postpone"),
    "contraindicated": gettext_lazy("Contraindicated"),
    "incomplete": gettext_lazy("Not all is answered yet"),
}


def outcome_words(outcome: str) -> str | Promise:
    """What a screening came to."""
    return _OUTCOMES.get(outcome, outcome)


def problem_words(reason: str) -> str | Promise:
    """Why somebody sits at the table for problems."""
    return _PROBLEMS.get(reason, reason)


def state_words(state: str) -> str | Promise:
    """How a session is."""
    return _STATES[Session.State(state)]


def why_refused(code: str) -> str:
    """Why an entry of a carried file was not recorded."""
    if code == "different_content":
        return _("An entry with this number is stored with other content; both are kept.")
    if code == "clock_wrong":
        return _("The time of this entry is not plausible: set the device's clock.")
    if code == "not_allowed":
        return _("It was made after the device was closed.")
    return _("This entry cannot be read: keep it and open the newest page of the site.")
