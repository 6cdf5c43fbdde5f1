"""The ground: identifiers, clock, refusals, facts, scope, looks, audit and encryption."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "lachan.core"
    label = "core"
    verbose_name = "Core"

    def ready(self) -> None:
        """Guard the app role's connection: a query outside a scope is a fault, not a leak."""
        from django.db.backends.signals import connection_created

        from lachan.core.scope import guard_connection

        connection_created.connect(guard_connection, dispatch_uid="lachan.core.scope")
