"""The worker finds this room's work in this module; each part does its own."""

from lachan.vaccination import (
    aefi_tasks,
    evening_tasks,
    public_tasks,
    registration_tasks,
    site_tasks,
)

__all__ = ["aefi_tasks", "evening_tasks", "public_tasks", "registration_tasks", "site_tasks"]
