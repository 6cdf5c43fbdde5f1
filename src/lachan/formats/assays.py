"""What cycles mean: an assay's targets, cut-offs and rule, given by whoever knows the kit.

No cut-off is known to the readers of files.  The laboratory names the assay of a run; this module
only applies its table.  `DEFAULTS` holds tables as published, to be confirmed against the leaflet
of the kit and lot in use.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lachan.formats.vietnamese import fold


@dataclass(frozen=True, slots=True)
class Target:
    """One target.  `names`: how files call it, the first is ours.  `cut_off`: cycles; it rose when
    its Ct is below.  `internal`: the control inside every tube, no part of the agent."""

    names: tuple[str, ...]
    cut_off: float
    internal: bool = False

    def found_in(self, ct: Mapping[str, float | None]) -> bool | None:
        """Whether it rose; None when the file does not say that it was tested."""
        known = {fold(name): cycles for name, cycles in ct.items()}
        for name in self.names:
            if (key := fold(name)) in known:
                cycles = known[key]
                return cycles is not None and cycles < self.cut_off
        return None


@dataclass(frozen=True, slots=True)
class Assay:
    """A test as its maker describes it.  `needed`: targets of the agent that must rise for
    positive; fewer but some is indeterminate.  `source`: where the table was read.  `read`: a table
    with more lines than a count of targets, given by the caller; it alone decides then."""

    name: str
    test: str
    targets: tuple[Target, ...]
    needed: int
    source: str
    read: Callable[[Mapping[str, float | None]], str] | None = None

    def __post_init__(self) -> None:
        """ValueError for a table that could call everything positive or nothing."""
        agent = [target for target in self.targets if not target.internal]
        if not 1 <= self.needed <= len(agent):
            raise ValueError("needed")
        if any(not 0 < target.cut_off <= 60 for target in self.targets):
            raise ValueError("cut_off")


def outcome_by(assay: Assay, ct: Mapping[str, float | None]) -> str:
    """The outcome of a sample.  `ct`: target -> cycles, None where it was tested and never rose.
    "" when a target of the assay was not tested: the file is of another assay."""
    if assay.read is not None:
        return assay.read(ct)
    agent = [t.found_in(ct) for t in assay.targets if not t.internal]
    internal = [t.found_in(ct) for t in assay.targets if t.internal]
    if None in agent or None in internal:
        return ""
    rose = sum(1 for each in agent if each)
    if rose >= assay.needed:
        return "positive"  # much virus can hold the internal control down
    if rose:
        return "indeterminate"
    return "negative" if all(internal) else "invalid"


def control_fits(assay: Assay, control: str, ct: Mapping[str, float | None]) -> bool:
    """Whether a control well shows what it must: every target of the agent in the positive, none
    in the negative, only the internal one in the extraction control."""
    agent = [t.found_in(ct) for t in assay.targets if not t.internal]
    internal = [t.found_in(ct) for t in assay.targets if t.internal]
    if control == "positive":
        return all(agent)
    if control == "negative":
        return not any(agent) and not any(internal)
    if control == "extraction":
        return not any(agent) and all(internal)
    return False


#: Published tables, ours to offer and the laboratory's to confirm.
DEFAULTS: Mapping[str, Assay] = {
    "cdc-2019-ncov": Assay(
        name="CDC 2019-nCoV Real-Time RT-PCR Diagnostic Panel (N1, N2, RP)",
        test="94309-2",
        targets=(
            Target(("N1", "2019-nCoV_N1", "nCoV_N1"), 40.0),
            Target(("N2", "2019-nCoV_N2", "nCoV_N2"), 40.0),
            Target(("RP", "RNase P", "RNaseP"), 40.0, internal=True),
        ),
        needed=2,
        source="CDC-006-00019, Instructions for Use, section on interpretation of results",
    ),
}
