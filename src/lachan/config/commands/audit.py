"""`lachan audit seal|verify`: the sealed chain of audit events."""

import argparse
import sys


def run(argv: list[str]) -> int:
    """0 when the chain holds, 1 when a block does not match its events."""
    parser = argparse.ArgumentParser(prog="lachan audit", description=__doc__)
    parser.add_argument("verb", choices=["seal", "verify"])
    verb = parser.parse_args(argv).verb

    from lachan.config.django_setup import set_up_as_owner

    set_up_as_owner()
    return _seal() if verb == "seal" else _verify()


def _seal() -> int:
    from django.db import connections, transaction

    from lachan.core import audit_chain

    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        count = audit_chain.seal(cursor)
    sys.stdout.write(f"{count} events sealed\n")
    return 0


def _verify() -> int:
    from django.db import connections

    from lachan.core import audit_chain

    with connections["owner"].cursor() as cursor:
        verdict = audit_chain.verify(cursor)
    if verdict.broken is None:
        sys.stdout.write(f"{verdict.blocks} blocks with {verdict.events} events: unbroken\n")
        return 0
    sys.stderr.write(
        f"block {verdict.broken} does not match: {verdict.expected} events were sealed,"
        f" {verdict.found} are there now; keep the server as it is and call the Ministry\n"
    )
    return 1
