"""The words of messages.  A phone may be shared: no name, no disease, no F-label."""

from datetime import date, datetime

from django.utils import translation
from django.utils.translation import gettext as _

from lachan.notices.models import Notice
from lachan.rulebook.selectors import term
from lachan.ui.wording import full_date, moment

#: Messages go out in Vietnamese: the phone's language is not known to the gateway.
LANGUAGE = "vi"


def text_of(notice: Notice, language: str = LANGUAGE) -> str:
    """The message as its receiver reads it."""
    with translation.override(language):
        return _TEXTS[notice.kind](notice.values)


def _contact_duty(values: dict[str, str]) -> str:
    return _(
        "The health station asks the person with reference %(reference)s: %(duty)s until the end"
        " of %(until)s. Reason: was in contact with a source of infection. With fever, cough or a"
        " rash, call the station before going anywhere. Questions: call the health station."
    ) % {
        "reference": values["reference"],
        "duty": term("measure", values["duty"]),
        "until": full_date(date.fromisoformat(values["until"])),
    }


def _own_contacts(values: dict[str, str]) -> str:
    return _(
        "%(unit)s asks you to write down whom you met in the last days: %(link)s. The page is open"
        " until %(until)s and asks for no password. Questions: call %(phone)s."
    ) % {
        "unit": values["unit"],
        "link": values["link"],
        "until": moment(datetime.fromisoformat(values["until"])),
        "phone": values["phone"],
    }


_TEXTS = {"contact_duty": _contact_duty, "own_contacts": _own_contacts}
