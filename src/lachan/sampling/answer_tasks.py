"""What the worker does about results for people."""

from lachan.core.facts import on
from lachan.core.scope import system_scope
from lachan.sampling import answer_pace, answer_telling


@on("sampling.result")
def tell_released() -> int:
    """Have people told that their result is there, however many were released at once."""
    told = 0
    while True:
        with system_scope("fact:sampling.result") as system:
            results = answer_telling.tell_released(by=system)
        told += results
        if results < answer_telling.RESULTS_AT_ONCE:
            return told


@on("sampling.result")
def measure_pace() -> int:
    """Count anew how long laboratories take, at most every few minutes."""
    with system_scope("fact:sampling.result"):
        return answer_pace.measure()
