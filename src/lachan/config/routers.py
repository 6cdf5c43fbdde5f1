"""Sign-in tables live behind the door role; everything else behind the app role."""

from typing import Any

#: Applications whose tables only sign-in code may touch.
DOOR_APPS = frozenset({"auth", "account", "mfa", "socialaccount", "axes"})


class DoorRouter:
    """Send models of sign-in to the `door` connection."""

    def _alias(self, model: Any) -> str | None:
        if getattr(model, "behind_door", False) or model._meta.app_label in DOOR_APPS:
            return "door"
        return None

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        return self._alias(model)

    def db_for_write(self, model: Any, **hints: Any) -> str | None:
        return self._alias(model)

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"
