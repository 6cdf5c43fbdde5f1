"""Set up Django for a command that runs beside the web: it holds the owner's connection."""

import os


def set_up_as_owner() -> None:
    """Load the settings with the `owner` alias; for commands of the operator, never the web."""
    from lachan.config.dsn import conninfo_of

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lachan.config.settings")
    os.environ.setdefault("LACHAN_DSN_OWNER", conninfo_of("owner"))
    import django

    django.setup()
