"""Play the red team on a database of its own and print the table: see `redteam.py`."""

import argparse

import django

from tests.database import copy, set_environment

set_environment()
django.setup()

from tests.venues.redteam import play  # noqa: E402  # models need the settings first


def main() -> None:
    """Play and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with copy():
        for line in play(options.people, options.seed).lines():
            print(line)


if __name__ == "__main__":
    main()
