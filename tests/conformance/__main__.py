"""`make conformance`: what we make of messages and test suites of others, section by section.

Each module named in `SECTIONS` has `section(shared: Path) -> Section`.  The files lie beside the
repository in ../shared (or where LACHAN_SHARED says) and are no part of it.
"""

import argparse
import sys
from importlib import import_module
from pathlib import Path

from tests.shared_files import candidates

#: name -> module of this package.
SECTIONS = {"laboratory": "laboratory", "immunization": "immunization"}


def found() -> Path | None:
    """The folder of shared conformance files, None when it is not here."""
    return next((root for each in candidates() if (root := each / "conformance").is_dir()), None)


def main(argv: list[str] | None = None) -> int:
    """Print the sections; 1 when something that must hold does not, 2 when there are no files."""
    parser = argparse.ArgumentParser(prog="make conformance", description=__doc__)
    parser.add_argument("sections", nargs="*", choices=[[], *SECTIONS], default=[])
    parser.add_argument("--short", action="store_true", help="without the differences")
    options = parser.parse_args(argv)
    root = found()
    if root is None:
        sys.stderr.write("The shared files are not beside this repository (../shared).\n")
        return 2
    failed = False
    for name in options.sections or SECTIONS:
        section = import_module(f"tests.conformance.{SECTIONS[name]}").section(root)
        sys.stdout.write(section.text(differences=not options.short) + "\n")
        failed = failed or bool(section.unmet)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
