"""What the worker does for the laboratory."""

from lachan.core.facts import on
from lachan.sampling import bench_amending


@on("sampling.result")
def ask_again_for_what_says_nothing() -> int:
    """An invalid or indeterminate result was let out: its people are to be sampled again."""
    return bench_amending.ask_again()
