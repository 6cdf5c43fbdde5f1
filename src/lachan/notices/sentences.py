"""The words of messages.  A phone may be shared: no name, no disease, no F-label."""

from datetime import date, datetime

from django.utils import translation
from django.utils.translation import gettext as _

from lachan.notices.models import Notice
from lachan.rulebook.selectors import term
from lachan.ui.wording import clock, full_date, moment

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


def _holding_ended(values: dict[str, str]) -> str:
    at = datetime.fromisoformat(values["at"])
    return _(
        "The health station tells the person with reference %(reference)s: the temporary holding"
        " ended by itself at %(clock)s on %(date)s. Nobody need stay in place because of it any"
        " more. With fever, cough or a rash, call the station before going anywhere."
    ) % {"reference": values["reference"], "clock": clock(at), "date": full_date(at)}


def _measure_decided(values: dict[str, str]) -> str:
    words = {
        "reference": values["reference"],
        "measure": term("measure", values["measure"]),
        "number": values["number"],
        "date": full_date(date.fromisoformat(values["day"])),
    }
    if not values["until"]:
        return (
            _(
                "To the person with reference %(reference)s: decision %(number)s of %(date)s on"
                " %(measure)s has been signed. The health station brings it and says what to do."
            )
            % words
        )
    return _(
        "To the person with reference %(reference)s: decision %(number)s of %(date)s on"
        " %(measure)s until the end of %(until)s has been signed. The health station brings it and"
        " says what to do."
    ) % {**words, "until": full_date(date.fromisoformat(values["until"]))}


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


def _daily_report(values: dict[str, str]) -> str:
    return _(
        "%(unit)s asks the person with reference %(reference)s how the day is: %(link)s. Two"
        " minutes, no password, until %(until)s. Hard to breathe or chest pain: call 115 now."
    ) % {
        "unit": values["unit"],
        "reference": values["reference"],
        "link": values["link"],
        "until": moment(datetime.fromisoformat(values["until"])),
    }


def _pool_retest(values: dict[str, str]) -> str:
    due = datetime.fromisoformat(values["due"])
    return _(
        "The health station asks the person with reference %(reference)s and those at the same home"
        " to stay at home for now: a shared tube needs a check. Each person in it is sampled alone"
        " before %(due)s; the station says where. Nobody is taken for ill because"
        " of a shared tube. Hard to breathe or chest pain: call 115."
    ) % {"reference": values["reference"], "due": moment(due)}


def _result_ready(values: dict[str, str]) -> str:
    if not values["link"]:
        return _(
            "The test result with number %(reference)s is ready. Read it in Lá Chắn under Results,"
            " or ask the health station. Nobody asks you for money or a password for it."
        ) % {"reference": values["reference"]}
    return _(
        "The test result with number %(reference)s is ready. Read it at %(link)s with the code on"
        " the slip of the sampling table, or ask the health station. Nobody asks you for money or"
        " a password for it."
    ) % {"reference": values["reference"], "link": values["link"]}


def _duty_lifted(values: dict[str, str]) -> str:
    return _(
        "The health station tells the person with reference %(reference)s: what was asked in the"
        " message of %(date)s does not apply any more. The source of infection was checked again."
        " Nothing need be done because of that message. Questions: call the health station."
    ) % {
        "reference": values["reference"],
        "date": full_date(date.fromisoformat(values["day"])),
    }


def _result_withdrawn(values: dict[str, str]) -> str:
    return _(
        "The test result with number %(reference)s of the message of %(date)s does not stand any"
        " more. The laboratory took it back. The health station says what comes next. Nobody asks"
        " you for money or a password for it."
    ) % {
        "reference": values["reference"],
        "date": full_date(date.fromisoformat(values["day"])),
    }


def _appointment(values: dict[str, str]) -> str:
    at = datetime.fromisoformat(values["at"])
    words = {
        "reference": values["reference"],
        "at": moment(at),
        "where": values["where"],
        "link": values["link"],
    }
    if not values["link"]:
        return (
            _(
                "The health station expects the person with number %(reference)s at %(at)s at"
                " %(where)s. Bring the receipt and an identity paper. If you cannot come, tell the"
                " station: nobody loses the place."
            )
            % words
        )
    return (
        _(
            "The health station expects the person with number %(reference)s at %(at)s at"
            " %(where)s. Answer yes, no or later at %(link)s with the slip code, or tell the"
            " station. Bring the receipt and an identity paper."
        )
        % words
    )


def _after_dose(values: dict[str, str]) -> str:
    return _(
        "The health station asks the person with reference %(reference)s how he is after the"
        " injection: answer in Lá Chắn under After vaccination, or call the station. Hard to"
        " breathe, rash all over, chest pain, drowsiness or fits: call 115 now."
    ) % {"reference": values["reference"]}


def _complaint_answered(values: dict[str, str]) -> str:
    if not values["link"]:
        return _(
            "The complaint with number %(reference)s is answered. Read it in Lá Chắn under"
            " Complaints, or ask the health station. Nobody asks you for money or a password for"
            " it."
        ) % {"reference": values["reference"]}
    return _(
        "The complaint with number %(reference)s is answered. Read it at %(link)s with the code of"
        " the slip, in Lá Chắn under Complaints, or ask the health station. Nobody asks you for"
        " money or a password for it."
    ) % {"reference": values["reference"], "link": values["link"]}


def _book_corrected(values: dict[str, str]) -> str:
    return _(
        "An entry that belongs to somebody else was taken out of your book, under number"
        " %(reference)s. Look at the book in Lá Chắn. If that is wrong, say so there under"
        " Complaints, or tell the health station."
    ) % {"reference": values["reference"]}


_TEXTS = {
    "complaint_answered": _complaint_answered,
    "book_corrected": _book_corrected,
    "appointment": _appointment,
    "after_dose": _after_dose,
    "duty_lifted": _duty_lifted,
    "result_withdrawn": _result_withdrawn,
    "pool_retest": _pool_retest,
    "result_ready": _result_ready,
    "contact_duty": _contact_duty,
    "holding_ended": _holding_ended,
    "measure_decided": _measure_decided,
    "own_contacts": _own_contacts,
    "daily_report": _daily_report,
}
