"""Rotate the installation's keys: the old ones open until every data key is wrapped anew."""

from dataclasses import replace

from lachan.config.home import Home, write_private
from lachan.core.keys import forget_keys
from lachan.core.scope import system_scope
from lachan.core.sealing import rewrap_all
from lachan.credentials.envelope import new_key


def rotate(home: Home) -> int:
    """Add a key-encryption key, wrap every data key with it, then drop the old ones.

    Give how many data keys changed.  A run that was stopped is gone on with by running it again:
    as long as two keys are there, no third is made.
    """
    secrets = home.secrets()
    keys = secrets.key_encryption_keys
    if len(keys) == 1:
        keys = {**keys, max(keys) + 1: new_key()}
        write_private(home.secrets_file, replace(secrets, key_encryption_keys=keys).to_json())
    forget_keys()
    changed = _rewrap_everything()
    newest = max(keys)
    kept = replace(home.secrets(), key_encryption_keys={newest: keys[newest]})
    write_private(home.secrets_file, kept.to_json())
    forget_keys()
    return changed


def _rewrap_everything() -> int:
    changed = 0
    while True:
        with system_scope("keys.rotate"):
            batch = rewrap_all()
        changed += batch
        if not batch:
            return changed
