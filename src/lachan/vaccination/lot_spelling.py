"""Doses whose lot is known as text only, and the lot that a person says is meant.

The ledger keeps what was written.  A link is a fact of its own for one province, product and
spelling; the newest counts, and one without a lot ends it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.vaccination.models import Dose, Lot, LotSpelling

#: Who says which lot is meant: whoever keeps the lot's lists for a province.
LINKERS = (Role.DIRECTOR, Role.TRACER)

#: Spellings of one page, and lots proposed for each.
PAGE, PROPOSED = 100, 3

#: Letters that are read for digits on a stamped or written lot number.
_ALIKE = str.maketrans("OIL", "011")


def plain(text: str) -> str:
    """A lot number as it is compared: capitals and digits only, O as 0, I and L as 1."""
    return "".join(sign for sign in text.upper() if sign.isalnum()).translate(_ALIKE)


def apart(one: str, other: str) -> int:
    """How many signs two numbers differ by: added, left out or another (Levenshtein 1965)."""
    line = list(range(len(other) + 1))
    for row, sign in enumerate(one, 1):
        above, line[0] = line[0], row
        for at, their in enumerate(other, 1):
            above, line[at] = line[at], min(line[at] + 1, line[at - 1] + 1, above + (sign != their))
    return line[-1]


def newest(province: int | None = None) -> list[LotSpelling]:
    """The fact that counts for each province, product and text; of one province if it is named."""
    rows = LotSpelling.objects.select_related("lot")
    if province is not None:
        rows = rows.filter(province=province)
    key = ("province", "product", "text")
    return list(rows.order_by(*key, "-at", "-id").distinct(*key))


def lot_meant(product: str, text: str, province: int) -> Lot | None:
    """The lot of a dose that has only this text, None when nobody said or it was parted."""
    if not text:
        return None
    rows = LotSpelling.objects.filter(province=province, product=product, text=text)
    row = rows.select_related("lot").order_by("-at", "-id").first()
    return row.lot if row else None


def of_lot(lot: UUID) -> Q:
    """The condition on doses: entered with the lot, or written so that it is meant."""
    said = LotSpelling.objects.filter(lot=lot).values_list("province", "product", "text")
    texts: dict[tuple[int, str], list[str]] = defaultdict(list)
    for province, product, text in said.distinct():
        meant = lot_meant(product, text, province)
        if meant is not None and meant.id == lot:
            texts[province, product].append(text)
    found = Q(lot=lot)
    for (province, product), some in texts.items():
        found |= Q(lot=None, province=province, product=product, lot_text__in=some)
    return found


def counts_by_lot(disease: str) -> dict[UUID, int]:
    """Lot -> doses of this scope that have it by its spelling only."""
    meant = {(row.province, row.product, row.text): row.lot_id for row in newest() if row.lot_id}
    rows = _text_only().filter(disease=disease, lot_text__in={text for _, _, text in meant})
    found: dict[UUID, int] = defaultdict(int)
    for province, product, text, n in (
        rows.values_list("province", "product", "lot_text").annotate(n=Count("id")).order_by()
    ):
        if lot := meant.get((province, product, text)):
            found[lot] += n
    return dict(found)


def _text_only() -> QuerySet[Dose]:
    return Dose.objects.filter(lot=None, reverses=None, reversed_by=None).exclude(lot_text="")


@dataclass(frozen=True, slots=True)
class Written:
    """A spelling in the books: how many doses have it, the lot it is linked to, or proposals:
    each a lot and whether its number is the same but for spaces, hyphens and letters read for
    digits."""

    product: str
    text: str
    doses: int
    linked: LotSpelling | None
    proposals: tuple[tuple[Lot, bool], ...]


def written(province: int, *, linked: bool) -> list[Written]:
    """Spellings of a province that are linked, or that wait for somebody; the commonest first."""
    meant = {(row.product, row.text): row for row in newest(province) if row.lot_id}
    rows = (
        _text_only()
        .filter(province=province)
        .values_list("product", "lot_text")
        .annotate(n=Count("id"))
        .order_by("-n", "product", "lot_text")
    )
    some = [each for each in rows if (each[:2] in meant) == linked][:PAGE]
    lots = _lots_of({product for product, _text, _n in some})
    return [
        Written(
            product,
            text,
            n,
            meant.get((product, text)),
            () if linked else _proposals(text, lots[product]),
        )
        for product, text, n in some
    ]


def _lots_of(products: Iterable[str]) -> dict[str, list[Lot]]:
    found: dict[str, list[Lot]] = {product: [] for product in products}
    for lot in Lot.objects.filter(product__in=list(found)).order_by("number"):
        found[lot.product].append(lot)
    return found


def _proposals(text: str, lots: list[Lot]) -> tuple[tuple[Lot, bool], ...]:
    """Lots of the same vaccine with the same number, else those one sign apart."""
    asked = plain(text)
    if len(asked) < 3:
        return ()
    same = [(lot, True) for lot in lots if plain(lot.number) == asked]
    near = [(lot, False) for lot in lots if apart(plain(lot.number), asked) == 1]
    return tuple((same or near)[:PROPOSED])


def link(*, product: str, text: str, lot: Lot, province: int, by: Principal) -> LotSpelling:
    """Say which lot is meant by a spelling; saying it again changes nothing.

    Refused: lot_not_yours, lot_other_vaccine, text_unknown.
    """
    _refuse_others(province, by)
    if lot.product != product:
        raise Refused("lot_other_vaccine", _("This lot is of another vaccine."))
    if not _text_only().filter(province=province, product=product, lot_text=text).exists():
        raise Refused("text_unknown", _("No dose of your province has this text."), status=404)
    standing = lot_meant(product, text, province)
    if standing is not None and standing.id == lot.id:
        return LotSpelling.objects.filter(
            province=province, product=product, text=text, lot=lot
        ).latest("at")
    return _said(LotSpelling(province=province, product=product, text=text, lot=lot), by)


def part(*, product: str, text: str, why: str, province: int, by: Principal) -> LotSpelling:
    """The spelling means no lot any more.  Refused: lot_not_yours, why_missing, text_unknown."""
    _refuse_others(province, by)
    if not why.strip():
        raise Refused("why_missing", _("Say why."))
    if lot_meant(product, text, province) is None:
        raise Refused("text_unknown", _("No dose of your province has this text."), status=404)
    row = LotSpelling(province=province, product=product, text=text, why=why.strip()[:200])
    return _said(row, by)


def _said(row: LotSpelling, by: Principal) -> LotSpelling:
    row.at = now()
    row.save(force_insert=True)
    detail = {"product": row.product, "text": row.text, "lot": str(row.lot_id or "")}
    audit.record("lot.spelling", target=("lot_spelling", row.id), by=by, detail=detail)
    return row


def _refuse_others(province: int, by: Principal) -> None:
    if not by.has(*LINKERS) or by.province != province:
        text = _("The CDC of the province says which lot is meant.")
        raise Refused("lot_not_yours", text, status=403)
