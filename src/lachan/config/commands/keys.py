"""`lachan keys rotate|status`: two keys are valid at once, so nothing stops while they change."""

import argparse
import sys


def run(argv: list[str]) -> int:
    """Rotate the key-encryption key and the blind index key, or say what is in use."""
    parser = argparse.ArgumentParser(prog="lachan keys", description=__doc__)
    parser.add_argument("verb", choices=["rotate", "status"])
    verb = parser.parse_args(argv).verb

    from lachan.config.django_setup import set_up_as_owner

    set_up_as_owner()
    return _rotate() if verb == "rotate" else _status()


def _rotate() -> int:
    from lachan.config.home import Home
    from lachan.config.rotation import rotate

    moved = rotate(Home.default())
    sys.stdout.write(
        f"{moved.data_keys} data keys, the indexes of {moved.persons} persons and"
        f" {moved.second_factors} second factors are under the new keys\n"
        "restart Lá Chắn when it suits you: it signs with the new signing key from then on\n"
    )
    return 0


def _status() -> int:
    from lachan.core.keys import keyring

    ring = keyring()
    sys.stdout.write(
        f"key-encryption keys {sorted(ring.key_encryption)}, sealing with {ring.sealing_version}\n"
        f"blind index keys {sorted(ring.blind_index)}, indexing with {ring.index_version}\n"
    )
    return 0
