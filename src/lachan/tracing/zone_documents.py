"""Papers of a zone for signing outside: the decision, its adjustment, its end.  No name is in them.

The words are Vietnamese whoever prints them: a decision of a commune has no other language.  Form,
signer and article are the rulebook's.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from lachan.core.clock import now
from lachan.core.installation import is_demo
from lachan.people.selectors import lived_in
from lachan.places.selectors import lanes_by_id, unit_name
from lachan.rulebook.selectors import term
from lachan.tracing.models import ZoneDecision
from lachan.tracing.zone_law import Law, earliest_start, law_of
from lachan.tracing.zone_parts import Inside, area_of
from lachan.tracing.zone_reading import area_words
from lachan.ui.documents import Block, Document, Heading, Letterhead, Signature, Table, said
from lachan.ui.wording import clock, full_date, number


def decision_paper(decision: ZoneDecision) -> Document:
    """The draft of the decision, or the decision as it was entered."""
    with translation.override("vi"):
        law = law_of(decision.zone.disease, at=now(), province=decision.province)
        inside = area_of(decision, now())
        return _paper(
            decision,
            law,
            about=_("on closing an area to control an epidemic"),
            blocks=(
                *_grounds(decision, law),
                said(_("DECIDES:"), "centre", bold=True),
                *_article_one(decision, law, area_words(inside)),
                *_article_two(decision, inside),
                *_article_three(decision),
                *_carried_out(decision, 4),
            ),
            number_given=decision.number,
            draft=decision.decided_at is None,
        )


def ending_paper(decision: ZoneDecision) -> Document:
    """The draft of the paper that ends a zone."""
    with translation.override("vi"):
        law = law_of(decision.zone.disease, at=now(), province=decision.province)
        inside = area_of(decision, now())
        values = {"area": area_words(inside), "number": decision.number or "…"}
        when = _moment(decision.ended_at)
        return _paper(
            decision,
            law,
            about=_("on ending the closing of an area"),
            blocks=(
                *_grounds(decision, law),
                said(_("DECIDES:"), "centre", bold=True),
                Heading(_("Article 1. The closing ends")),
                said(
                    _("The closing of %(area)s by decision number %(number)s ends, from %(when)s.")
                    % (values | {"when": when})
                ),
                *_carried_out(decision, 2),
            ),
            number_given=decision.end_number,
            draft=decision.ended_at is None,
        )


def _paper(
    decision: ZoneDecision,
    law: Law,
    *,
    about: str,
    blocks: Sequence[Block],
    number_given: str,
    draft: bool,
) -> Document:
    head = Letterhead(
        issuer=_("People's Committee of %(commune)s") % {"commune": _commune(decision)},
        number=_("Number: %(number)s") % {"number": number_given or "…/QĐ-UBND"},
        place=unit_name(decision.commune),
        day=decision.signed_on if not draft else None,
    )
    signer = term("signer", law.signer) if law.signer else ""
    form = (
        (said(_("By form: %(form)s.") % {"form": law.answer.form}, "right", italic=True),)
        if law.answer.form
        else ()
    )
    end = Signature(
        capacity=(signer.upper(),),
        name="" if draft else decision.signer,
        recipients=(
            _("The provincial People's Committee (report)"),
            _("The health station"),
            _("File"),
        ),
    )
    return Document(
        letterhead=head,
        kind=_("DECISION"),
        about=about,
        blocks=(*form, *blocks, end),
        draft=draft,
        invented=is_demo(),
    )


def _grounds(decision: ZoneDecision, law: Law) -> tuple[Block, ...]:
    disease = term("disease", decision.zone.disease)
    found = [
        _("On the ground of %(article)s;") % {"article": law.answer.article},
        _("On the ground of the outbreak of %(disease)s in %(commune)s;")
        % {"disease": disease, "commune": _commune(decision)},
    ]
    if decision.reported_at is not None:
        found.append(
            _("After the report to the province at %(when)s;")
            % {"when": _moment(decision.reported_at)}
        )
    return tuple(said(text, italic=True) for text in found)


def _article_one(decision: ZoneDecision, law: Law, area: str) -> tuple[Block, ...]:
    starts = decision.starts_at
    if starts is None and decision.reported_at is not None:
        starts = earliest_start(decision.reported_at, law)
    span = _("From %(start)s until %(end)s.") % {
        "start": _moment(starts),
        "end": _moment(decision.ends_at),
    }
    return (
        Heading(_("Article 1. Area and time")),
        said(_("Closed in %(commune)s: %(area)s.") % {"commune": _commune(decision), "area": area}),
        said(span),
    )


def _article_two(decision: ZoneDecision, inside: Inside) -> tuple[Block, ...]:
    """People, houses and businesses; a house has a number here and no name."""
    lived = lived_in(house.id for house in inside.dwellings)
    lanes = lanes_by_id({house.lane_id for house in inside.dwellings})
    houses = sorted(inside.dwellings, key=lambda each: (lanes[each.lane_id].ord, each.ord))
    rows = tuple(
        (
            str(at),
            lanes[house.lane_id].name,
            house.number,
            number(lived[house.id].households if house.id in lived else 0),
            number(lived[house.id].people if house.id in lived else 0),
        )
        for at, house in enumerate(houses, 1)
    )
    sums = _("%(households)s households, %(people)s people, %(businesses)s businesses.") % {
        "households": number(decision.households),
        "people": number(decision.people),
        "businesses": number(decision.businesses),
    }
    heads = (_("No."), _("Lane"), _("House number"), _("Households"), _("Residents"))
    blocks: tuple[Block, ...] = (Heading(_("Article 2. Houses and population")), said(sums))
    blocks += (Table(heads, rows, (0.7, 4, 2, 1.2, 1.2)),) if rows else ()
    if inside.places:
        names = ", ".join(sorted(place.name for place in inside.places))
        blocks += (said(_("Businesses: %(names)s.") % {"names": names}),)
    return blocks


def _article_three(decision: ZoneDecision) -> tuple[Block, ...]:
    words = {
        "posts": _("Posts: %(words)s"),
        "staff": _("People on duty: %(words)s"),
        "food": _("Food and necessities: %(words)s"),
    }
    told = [
        said(text % {"words": decision.resources.get(name) or "…"}) for name, text in words.items()
    ]
    return (Heading(_("Article 3. Resources")), *told)


def _carried_out(decision: ZoneDecision, article: int) -> tuple[Block, ...]:
    return (
        Heading(_("Article %(number)d. Carrying out") % {"number": article}),
        said(
            _(
                "The office of the People's Committee, the health station, the police"
                " of %(commune)s and the heads of the neighbourhoods concerned carry this out."
            )
            % {"commune": _commune(decision)}
        ),
    )


def _commune(decision: ZoneDecision) -> str:
    """The commune inside a sentence: `phường Việt Yên`."""
    name = unit_name(decision.commune)
    return name[:1].lower() + name[1:]


def _moment(at: datetime | None) -> str:
    """02:05 ngày 27/11/2026, or dots for the pen."""
    if at is None:
        return _("… o'clock on …")
    return _("%(clock)s on %(day)s") % {"clock": clock(at), "day": full_date(at)}
