"""The worker finds this room's work in this module; each part does its own."""

from lachan.vaccination import public_tasks, registration_tasks

__all__ = ["public_tasks", "registration_tasks"]
