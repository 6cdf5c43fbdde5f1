"""Invented persons for tests of any room."""

from typing import Any

from lachan.core.scope import Principal, system_scope
from lachan.people.models import Person
from lachan.people.services import Stay, register_person
from tests.factories.cast import HERE, PROVINCE

AT_HOME = Stay(commune=HERE, province=PROVINCE, address="Ngõ 3, đường Chợ")


def person(name: str = "Giàng Thị Mỷ", **more: Any) -> Person:
    """Somebody entered by the worker, in the commune HERE unless `stay` says otherwise."""
    by: Principal
    with system_scope("test") as by:
        return register_person(**({"full_name": name, "stay": AT_HOME, "by": by} | more))
