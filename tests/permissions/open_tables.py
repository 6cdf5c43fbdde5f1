"""Which tables hold no person: those whose models classify nothing as identifying or health."""

from django.apps import apps

#: Tables of libraries that the app role may read: names of models, nothing else.
LIBRARY = frozenset({"django_content_type"})


def without_persons() -> frozenset[str]:
    """Table names of our models whose every field is plain."""
    plain = {
        model._meta.db_table
        for model in apps.get_models()
        if model.__module__.startswith("lachan.")
        and not model.Privacy.identifying  # type: ignore[attr-defined]
        and not model.Privacy.health  # type: ignore[attr-defined]
    }
    return frozenset(plain) | LIBRARY
