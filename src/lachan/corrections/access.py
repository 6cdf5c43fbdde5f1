"""A correction is obtained here, by whom its case or its result concerns; the look is recorded."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404

from lachan.core import looks
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.corrections.models import Correction
from lachan.sampling.models import Release, Result
from lachan.tracing.models import Case


@dataclass(frozen=True, slots=True)
class Admitted:
    """What a reader may see of a result that may not stand: the case, or only the tube."""

    result: UUID
    case: Case | None
    tube: Result | None
    correction: Correction | None

    @property
    def laboratory(self) -> UUID | None:
        """The laboratory, where it is the reader's own."""
        return self.tube.laboratory if self.tube else None


def admitted(by: Principal, result: UUID) -> Admitted:
    """The result, or 404: the laboratory sees its tube and no case, an office its case."""
    correction = Correction.objects.filter(result=result).first()
    if by.has(Role.LABORATORY_LEAD):
        return Admitted(result, None, _own_tube(by, result), correction)
    case = Case.objects.filter(result=result).first()
    if case is None:
        if correction is None:
            raise Http404
        return Admitted(result, None, None, correction)
    looks.record(person=case.person_id, what="case", by=by)
    return Admitted(result, case, None, correction)


def _own_tube(by: Principal, result: UUID) -> Result:
    if by.organisation is None:
        raise Http404
    mine = Result.objects.filter(pk=result, laboratory=by.organisation)
    found = mine.select_related("tube").first()
    if found is None or not Release.objects.filter(result=found).exists():
        raise Http404
    return found
