"""Declarations that came by the hot path, before they are looked at."""

from typing import ClassVar

from django.db import models


class SentDeclaration(models.Model):
    """A declaration as a phone sent it: acknowledged, sealed, and made a declaration of by the
    worker.

    A ledger, appended by the hot path alone.  `settled_at`: the worker was here; `refused` is the
    code why no declaration was made of it, "" where one was, and then what was sealed is emptied.
    `instead_of`: it came under the number of another one, with other content.
    """

    id = models.UUIDField(primary_key=True)
    day = models.DateField()
    trace_id = models.UUIDField()
    kind = models.CharField(max_length=10)
    questionnaire = models.SmallIntegerField()
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    authority = models.TextField()
    payload_hmac = models.BinaryField(help_text="Of what was answered, keyed: answers are few")
    sealed = models.BinaryField(help_text="The answers")
    key_version = models.SmallIntegerField()
    instead_of = models.UUIDField(null=True)
    person = models.UUIDField(null=True, help_text="Whose it is, once the worker looked")
    settled_at = models.DateTimeField(null=True)
    refused = models.TextField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"trace_id", "person", "authority"}
        health: ClassVar[set[str]] = {"payload_hmac", "sealed"}
        plain: ClassVar[set[str]] = {
            *("id", "day", "kind", "questionnaire", "at", "received_at", "key_version"),
            *("instead_of", "settled_at", "refused"),
        }

    class Meta:
        managed = False
        db_table = "declarations_sent"
