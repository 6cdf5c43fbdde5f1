"""A daily report in words and tables: by product, dose number, group; what was added by its day."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.places.models import Organisation
from lachan.places.selectors import unit_label
from lachan.rulebook.selectors import priority_rule, vaccine_products
from lachan.vaccination.aefi_words import SEVERITIES
from lachan.vaccination.models import DayReport
from lachan.vaccination.registration_forms import named
from lachan.vaccination.stock_words import product_name

Rows = Sequence[Sequence[Any]]
Level = DayReport.Level


def totals(rows: Rows, day: date) -> dict[str, int]:
    """given and back of the day itself; added: of other days, less what was taken back there;
    told: all of it."""
    found = {"given": 0, "back": 0, "added": 0}
    for own, _product, _number, _group, given, back in rows:
        if own == day.isoformat():
            found["given"] += given
            found["back"] += back
        else:
            found["added"] += given - back
    return found | {"told": found["given"] - found["back"] + found["added"]}


def shown(
    rows: Rows,
    reactions: Mapping[str, int],
    stock: Mapping[str, Mapping[str, int]],
    day: date,
    at: datetime,
) -> dict[str, Any]:
    """Everything a page says of a report."""
    products, groups = vaccine_products(at), _groups()
    mine = [row for row in rows if row[0] == day.isoformat()]
    others = sorted({row[0] for row in rows} - {day.isoformat()})
    return {
        "totals": totals(rows, day),
        "products": _by(mine, lambda row: (product_name(row[1], products), number_words(row[2]))),
        "groups": _by(mine, lambda row: (groups.get(row[3], row[3]) or _("no group known"),)),
        "added": [
            (
                date.fromisoformat(other),
                _by(
                    [row for row in rows if row[0] == other],
                    lambda row: (product_name(row[1], products), number_words(row[2])),
                ),
            )
            for other in others
        ],
        "reactions": [
            (SEVERITIES.get(code, code), count) for code, count in sorted(reactions.items())
        ],
        "stock": [
            (product_name(code, products), [moved.get(name, 0) for name in STOCK])
            for code, moved in sorted(stock.items())
        ],
    }


#: Columns of the stock's part, in their order.
STOCK = ("received", "sent", "wasted", "in_hand")


def _by(rows: Rows, key: Any) -> list[tuple[tuple[str, ...], int, int, int]]:
    """(names, given, taken back, the difference) for each key, in order."""
    found: dict[tuple[str, ...], list[int]] = {}
    for row in rows:
        sums = found.setdefault(key(row), [0, 0])
        sums[0] += row[4]
        sums[1] += row[5]
    return [(names, n[0], n[1], n[0] - n[1]) for names, n in sorted(found.items())]


def number_words(number: int) -> str:
    """Which dose it is, as it was told."""
    return _("dose %(number)d") % {"number": number} if number else _("number not known")


def as_table(report: DayReport) -> tuple[list[str], list[list[str | int]]]:
    """Head and rows of the workbook: one line for each day, product, number and group."""
    products, groups = vaccine_products(report.frozen_at), _groups()
    head = [
        _("Day"),
        _("Vaccine"),
        _("Dose number"),
        _("Priority group"),
        pgettext("vaccination", "Given"),
        _("Taken back"),
        _("Added"),
    ]
    own = report.day.isoformat()
    rows: list[list[str | int]] = [
        [
            date.fromisoformat(day).strftime("%d/%m/%Y"),
            product_name(product, products),
            number_words(number),
            groups.get(group, group) or _("no group known"),
            given,
            back,
            "" if day == own else "x",
        ]
        for day, product, number, group, given, back in report.rows
    ]
    return head, rows


def area_name(report: DayReport) -> str:
    """Whose report it is."""
    if report.level == Level.FACILITY:
        unit = Organisation.objects.filter(pk__in=[report.organisation]).first()
        return unit.name if unit else _("Facility that is not registered")
    return _unit(report.commune if report.level == Level.COMMUNE else report.province)


def _unit(unit: int | None) -> str:
    try:
        return unit_label(unit) if unit is not None else ""
    except Refused:
        return str(unit)


def parts_of(report: DayReport) -> list[tuple[DayReport, str, dict[str, int]]]:
    """The facilities' reports that a commune's or province's one sums up."""
    rows = DayReport.objects.filter(level=Level.FACILITY, day=report.day, province=report.province)
    if report.level == Level.COMMUNE:
        rows = rows.filter(commune=report.commune)
    found = [(one, area_name(one), totals(one.rows, one.day)) for one in rows[:500]]
    return sorted(found, key=lambda each: each[1])


def facilities(
    open_ones: Mapping[UUID, int], day: date, province: int
) -> list[tuple[str, int, DayReport | None]]:
    """(name, entries no report has yet, its report of the day) of each facility of a province."""
    frozen = {
        one.organisation: one
        for one in DayReport.objects.filter(level=Level.FACILITY, province=province, day=day)
    }
    ids = {*open_ones, *(one for one in frozen if one)}
    names = dict(Organisation.objects.filter(pk__in=ids).values_list("id", "name"))
    unknown = _("Facility that is not registered")
    rows = [(names.get(one, unknown), open_ones.get(one, 0), frozen.get(one)) for one in ids]
    return sorted(rows, key=lambda row: row[0])


def _groups() -> dict[str, str]:
    try:
        rule = priority_rule("covid-19", now())
    except Refused:
        return {}
    return {each.code: named(each.names) for each in rule.groups}
