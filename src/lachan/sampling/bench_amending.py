"""A result that was wrong: amended by a new row with a reason, or repeated because it says
nothing."""

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal, system_scope
from lachan.rulebook.selectors import interpret
from lachan.sampling import services
from lachan.sampling.bench_keying import Said, outcome_word
from lachan.sampling.bench_reading import assay_of_tube
from lachan.sampling.models import Amendment, Method, Release, Result, Sample, SampleRequest
from lachan.sampling.requesting import Wanted
from lachan.sampling.services import Found

#: Tubes asked for again in one go.
BATCH = 200


def amend(*, result: Result, said: Said, reason: str, by: Principal) -> Result:
    """Append a result that takes the place of `result`, with the reason; it is released anew.

    Refused: reason_needed, nothing_changed, already_corrected, and what keying refuses.
    """
    if not reason.strip():
        raise Refused("reason_needed", _("Say why this result does not stand."))
    assay = assay_of_tube(result.tube) if said.method == Method.PCR else None
    cycles = {target: ct for target, ct in (said.ct or {}).items() if ct is not None}
    if (said.outcome, said.method, cycles) == (result.outcome, result.method, result.ct):
        raise Refused("nothing_changed", _("This is what the result says already."))
    if assay is not None and said.ct and said.outcome in {"positive", "negative"}:
        found = interpret(assay, said.ct).outcome
        if found != said.outcome:
            raise Refused(
                "reading_differs",
                _("By the table of this test these cycles mean: %(found)s. Look again.")
                % {"found": outcome_word(found)},
            )
    new = services.correct_result(
        result=result,
        found=Found(said.outcome, said.method, ct=cycles, test=assay.test if assay else ""),
        by=by,
    )
    Amendment(
        result=new,
        tube=new.tube,
        reason=reason.strip()[:200],
        at=now(),
        by=by.account,
        laboratory=new.laboratory,
    ).save(force_insert=True)
    audit.record("result.amended", target=("result", new.id), by=by)
    return new


def ask_again() -> int:
    """Whose released result says nothing is to be sampled again: once for a tube."""
    with system_scope("sampling") as by:
        asked = SampleRequest.objects.filter(source=SampleRequest.Source.INVALID)
        releases = (
            Release.objects.filter(
                result__outcome__in=[Result.Outcome.INVALID, Result.Outcome.INDETERMINATE],
                result__replaced_by=None,
                result__withdrawal=None,
            )
            .exclude(tube_id__in=asked.values("source_id"))
            .select_related("tube")
            .order_by("at")[:BATCH]
        )
        wanted = [
            Wanted(
                sample.person_id,
                release.tube.disease,
                sample.reason,
                SampleRequest.Source.INVALID,
                release.tube_id,
                method=release.tube.method,
                single=release.tube.limit == 1,
                organisation=release.tube.organisation,
                campaign=release.tube.campaign,
            )
            for release in releases
            for sample in Sample.objects.filter(tube=release.tube_id)
        ]
        return len(services.request_samples(wanted, by=by))
