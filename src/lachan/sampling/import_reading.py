"""What was sent for a tube and refused because another result stood: whoever releases sees it."""

from collections.abc import Iterable
from uuid import UUID

from lachan.sampling.models import DeliveryRow, Result

#: Refusals that say something against the result that stands.
AGAINST = ("result_differs", "result_released")


def sent_against(
    laboratory: UUID | None, results: Iterable[Result]
) -> dict[UUID, list[DeliveryRow]]:
    """Result -> rows sent for its tube that say something else, the newest first."""
    standing = {result.tube.barcode: result for result in results}
    if laboratory is None or not standing:
        return {}
    rows = DeliveryRow.objects.filter(laboratory=laboratory, tube__in=standing, code__in=AGAINST)
    found: dict[UUID, list[DeliveryRow]] = {}
    for row in rows.select_related("delivery").defer("delivery__sealed").order_by("-id"):
        result = standing[row.tube]
        if row.outcome != result.outcome:
            found.setdefault(result.id, []).append(row)
    return found
