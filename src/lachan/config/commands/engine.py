"""`lachan engine rebuild|status`: the tracing index is a cache of the database's ledgers."""

import argparse
import sys


def run(argv: list[str]) -> int:
    """Make the index again from the first row, or say what it holds.

    status gives 0 when the index has read everything, 1 when it is behind or cannot be read.
    """
    parser = argparse.ArgumentParser(prog="lachan engine", description=__doc__)
    parser.add_argument("verb", choices=["rebuild", "status"])
    verb = parser.parse_args(argv).verb

    from lachan.config.django_setup import set_up_as_owner

    set_up_as_owner()
    return _rebuild() if verb == "rebuild" else _status()


def _rebuild() -> int:
    from django.db import connections, transaction

    from lachan.engine.refusals import StoreRefused
    from lachan.tracing import arrays

    try:
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            count = arrays.rebuild(cursor)
    except StoreRefused as refused:
        sys.stderr.write(f"lachan engine: {refused}\n")
        return 1
    sys.stdout.write(f"{count} days of persons are in the index\n")
    return 0


def _status() -> int:
    from django.db import connections

    from lachan.engine.refusals import StoreRefused
    from lachan.tracing import arrays

    with connections["owner"].cursor() as cursor:
        try:
            state = arrays.state(cursor)
        except StoreRefused as refused:
            sys.stderr.write(f"{refused} Run `lachan engine rebuild`.\n")
            return 1
    sys.stdout.write(
        f"{state.people} people at {state.venues} places on {state.days} days;"
        f" {state.waiting} scans and encounters are not read yet\n"
    )
    return 1 if state.waiting else 0
