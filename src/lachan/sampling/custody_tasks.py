"""People of a tube that was rejected or is missing are asked to be sampled again."""

from lachan.core.facts import on
from lachan.core.scope import system_scope
from lachan.sampling import custody_asking


@on("sampling.reception")
def ask_after_reception() -> int:
    """A tube was rejected, or accepted after all."""
    return _ask_again()


@on("sampling.loss")
def ask_after_loss() -> int:
    """A tube is missing, or turned up."""
    return _ask_again()


def _ask_again() -> int:
    with system_scope("sampling") as by:
        return custody_asking.ask_again(by=by)
