"""The worker finds this room's work in this module; each part does its own."""

from lachan.sampling import (
    answer_tasks,
    bench_tasks,
    campaign_tasks,
    custody_tasks,
    import_tasks,
    pool_tasks,
    table_tasks,
)

__all__ = [
    "answer_tasks",
    "bench_tasks",
    "campaign_tasks",
    "custody_tasks",
    "import_tasks",
    "pool_tasks",
    "table_tasks",
]
