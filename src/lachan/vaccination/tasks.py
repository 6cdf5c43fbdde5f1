"""The worker finds this room's work in this module; each part does its own."""

from lachan.vaccination import registration_tasks

__all__ = ["registration_tasks"]
