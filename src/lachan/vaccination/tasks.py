"""The worker finds this room's work in this module; each part does its own."""

from lachan.vaccination import site_tasks

__all__ = ["site_tasks"]
