"""The keys to which gates seal the files that are carried to us where there is no network.

One PEM file per key in the home's `keys/carrying`, beside the signing keys.  The newest is handed
out; every older one stays, because a file may lie in a drawer for weeks.
"""

import os
from functools import lru_cache
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from lachan.credentials.bundles import fingerprint, point_of

_FIRST = 1


@lru_cache(maxsize=1)
def _keys() -> dict[int, ec.EllipticCurvePrivateKey]:
    folder: Path = settings.HOME.carrying
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not list(folder.glob("*.pem")):
        _keep(folder / f"{_FIRST}.pem")
    return {int(file.stem): _read(file) for file in folder.glob("*.pem")}


def carrying_point() -> bytes:
    """The public key that devices use now, 65 bytes."""
    keys = _keys()
    return point_of(keys[max(keys)].public_key())


def carrying_keys() -> dict[str, ec.EllipticCurvePrivateKey]:
    """Every private key a file may be sealed to, by the fingerprint the file names."""
    return {fingerprint(point_of(key.public_key())): key for key in _keys().values()}


def forget_carrying_keys() -> None:
    """Read the folder again: after a rotation."""
    _keys.cache_clear()


def add_carrying_key() -> int:
    """Hand out a new key from now on; give its number.  Files sealed to older ones still open."""
    number = max(_keys()) + 1
    folder: Path = settings.HOME.carrying
    _keep(folder / f"{number}.pem")
    forget_carrying_keys()
    return number


def _read(file: Path) -> ec.EllipticCurvePrivateKey:
    private = serialization.load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{file} holds no P-256 key")
    return private


def _keep(file: Path) -> None:
    """Write a new key unless another process just did: theirs then stands."""
    text = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=file.parent, prefix=".new-") as new:
        new.write(text)
        new.flush()
        try:
            os.link(new.name, file)
        except FileExistsError:
            return
