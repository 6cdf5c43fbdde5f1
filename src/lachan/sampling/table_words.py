"""Sentences of the desk beside the sampling tables."""

from django.utils.translation import gettext as _

from lachan.sampling.models import TableReview

Kind = TableReview.Kind


def review_words(review: TableReview) -> str:
    """What is the matter with a tube, and what to do."""
    return {
        Kind.OVER_LIMIT: _("More people than the tube may hold: ask the laboratory, or resample."),
        Kind.IN_TUBE: _("Scanned twice into this tube; counted once."),
        Kind.TWO_TUBES: _("In two tubes on one day: find out which is right."),
        Kind.TWO_DEVICES: _("Two devices filled this tube: compare their lists."),
        Kind.TUBE_DIFFERS: _("Devices say different things of this tube: the first one counts."),
        Kind.TUBE_ELSEWHERE: _("Another unit has a tube with this code: label it anew."),
        Kind.AFTER_CLOSE: _("Added after the tube had been closed."),
        Kind.NO_SAMPLE: _("Taken out, but the sample itself has not come: wait for its device."),
        Kind.UNREADABLE: _("The code of this person cannot be read: ask on the team's list."),
        Kind.DIFFERENT_CONTENT: _("Two contents under one number: both are kept."),
    }[Kind(review.kind)]


def why_refused(code: str) -> str:
    """Why an event of a carried file was not recorded."""
    return {
        "unreadable": _("could not be read"),
        "clock_wrong": _("the device's clock was wrong"),
        "not_allowed": _("after the device had been closed"),
        "different_content": _("stored already with other content; both are kept"),
    }[code]
