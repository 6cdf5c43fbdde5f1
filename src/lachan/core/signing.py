"""The keys that sign what this installation issues: person and slip tokens.

One PEM file per key id in the home's `keys/signing`; the highest id signs, every one is believed,
so that two are valid while a key is being changed.  A first key is made when none is there.
"""

import os
from functools import lru_cache
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from lachan.credentials.tokens import KeyRing, SigningKey, new_signing_key

#: The id of the first key of an installation.
_FIRST = 1


@lru_cache(maxsize=1)
def _keys() -> dict[int, SigningKey]:
    folder: Path = settings.HOME.signing
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not list(folder.glob("*.pem")):
        _keep(folder / f"{_FIRST}.pem", new_signing_key(_FIRST))
    return {int(file.stem): _read(file) for file in folder.glob("*.pem")}


def signing_key() -> SigningKey:
    """The key that signs now."""
    return max(_keys().values(), key=lambda key: key.key_id)


@lru_cache(maxsize=1)
def ring() -> KeyRing:
    """Every public key that is believed."""
    return KeyRing(public_points())


def public_points() -> dict[int, bytes]:
    """Key id -> 65-byte public point: what a gate's page needs to verify without a network."""
    return {key_id: key.public_point() for key_id, key in _keys().items()}


def forget_signing_keys() -> None:
    """Read the folder again: after a rotation."""
    _keys.cache_clear()
    ring.cache_clear()


def add_signing_key() -> int:
    """Sign with a new key from now on; the one before is still believed, older ones no more.

    Give the new key's id.  Running processes read the folder when they start.
    """
    known = sorted(_keys())
    key_id = known[-1] + 1
    folder: Path = settings.HOME.signing
    _keep(folder / f"{key_id}.pem", new_signing_key(key_id))
    for old in known[:-1]:
        (folder / f"{old}.pem").unlink(missing_ok=True)
    forget_signing_keys()
    return key_id


def _read(file: Path) -> SigningKey:
    private = serialization.load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{file} holds no ES256 key")
    return SigningKey(int(file.stem), private)


def _keep(file: Path, key: SigningKey) -> None:
    """Write a key unless another process just did: theirs then stands."""
    text = key.private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with NamedTemporaryFile(dir=file.parent, prefix=".new-") as new:
        new.write(text)
        new.flush()
        try:
            os.link(new.name, file)
        except FileExistsError:
            return
