"""The MANIFEST: which files are the index, and how far it has read.

It is replaced as a whole, after everything it names is safe on disk: a reader sees the index
before a commit or after it, never between.
"""

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lachan.engine.refusals import StoreRefused

#: Raised when records or files change their meaning; older folders are then rebuilt.
FORMAT = 2

NAME = "MANIFEST"


@dataclass(frozen=True)
class RunFile:
    """One run of a day: its name in the folder, size in bytes, SHA-256, number of records."""

    name: str
    size: int
    checksum: str
    records: int


@dataclass
class Manifest:
    """What the folder holds.  `position` is the feeder's own; `cluster` names its database."""

    cluster: str
    position: dict[str, Any] = field(default_factory=dict)
    generation: int = 0
    people: int = 0
    people_checksum: str = hashlib.sha256().hexdigest()
    venues: int = 0
    venues_checksum: str = hashlib.sha256().hexdigest()
    days: dict[str, list[RunFile]] = field(default_factory=dict)
    format: int = FORMAT


def signed(body: dict[str, Any]) -> str:
    """The hash of a manifest's content."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the MANIFEST and sync the folder."""
    body = asdict(manifest)
    part = folder / f"{NAME}.part"
    with part.open("w", encoding="utf-8") as file:
        json.dump({"body": body, "checksum": signed(body)}, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / NAME)
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_manifest(folder: Path, cluster: str) -> Manifest:
    """The MANIFEST of an index of `cluster`; `StoreRefused` when there is none that fits."""
    path = folder / NAME
    try:
        whole = json.loads(path.read_bytes())
        body, checksum = whole["body"], whole["checksum"]
    except FileNotFoundError:
        raise StoreRefused("no_index", f"{folder} holds no index.") from None
    except (ValueError, KeyError, TypeError):
        raise StoreRefused("torn_manifest", f"{path} cannot be read.") from None
    if signed(body) != checksum:
        raise StoreRefused("torn_manifest", f"{path} is not what was written.")
    if body.get("format") != FORMAT:
        raise StoreRefused("other_format", f"{path} was written by another version.")
    if body["cluster"] != cluster:
        raise StoreRefused("foreign_cluster", f"{path} belongs to another database.")
    days = {day: [RunFile(**run) for run in runs] for day, runs in body["days"].items()}
    return Manifest(**{**body, "days": days})
