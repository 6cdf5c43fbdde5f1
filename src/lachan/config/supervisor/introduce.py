"""Say who can sign in to the demo as what: one line for each of the cast.

`python -m lachan.config.supervisor.introduce`, a process of its own: the supervisor loads no
Django.
"""

import os
import sys


def main() -> int:
    """Print the cast in the order of the sign-in page."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lachan.config.settings")
    django.setup()
    from lachan.people.models import Account

    cast = Account.objects.exclude(cast_order=None).order_by("cast_order")
    for name, line in cast.values_list("name", "cast_line"):
        sys.stdout.write(f"  {name}: {line}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
