"""Accounts: who may sign in, and as what.  Only sign-in code reaches these tables (door role).

An account is not a person: an officer has one without being in the register, thirty people of a
dormitory share a phone, and a child has none.
"""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role

ROLES = [(role.value, role.value) for role in Role]


class AccountManager(BaseUserManager["Account"]):
    """Accounts are found by handle; libraries ask for `create_user`."""

    def create_user(self, handle: str, password: str | None = None, **fields: Any) -> "Account":
        """A saved account; without a password nobody signs in by one."""
        account = self.model(handle=handle, **fields)
        account.set_password(password)
        account.save()
        return account


class Account(AbstractBaseUser):
    """A way in.  `handle`: a staff name, or the blind index of a citizen's phone."""

    class Kind(models.TextChoices):
        STAFF = "staff"
        CITIZEN = "citizen"
        SYSTEM = "system"

    behind_door = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=7, choices=Kind)
    handle = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=80)
    person = models.UUIDField(null=True)
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=now)
    cast_order = models.SmallIntegerField(null=True, help_text="Place on the demo's cast page")
    cast_line = models.CharField(max_length=80, blank=True, help_text="Duty, in the story")
    cast_job = models.CharField(max_length=80, blank=True, help_text="What to try, in the story")
    cast_icon = models.CharField(max_length=30, blank=True)
    cast_device = models.CharField(max_length=16, blank=True)

    USERNAME_FIELD = "handle"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = AccountManager()

    class Privacy:
        identifying: ClassVar[set[str]] = {"handle", "name", "person", "password"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "kind", "is_active", "made_at", "last_login"),
            *("cast_order", "cast_line", "cast_job", "cast_icon", "cast_device"),
        }


class Membership(models.Model):
    """A role at an organisation, a commune, a province or the nation, from a day until a day."""

    behind_door = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.ForeignKey(Account, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=ROLES)
    organisation = models.UUIDField(null=True)
    commune = models.IntegerField(null=True)
    province = models.IntegerField(null=True)
    national = models.BooleanField(default=False)
    since = models.DateField()
    until = models.DateField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = {"account"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "role", "organisation", "commune", "province", "national", "since", "until"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="membership_at_one_place",
                condition=models.Q(organisation=None, commune=None, province=None)
                | models.Q(organisation=None, commune=None, national=False)
                | models.Q(organisation=None, province=None, national=False)
                | models.Q(commune=None, province=None, national=False),
            ),
        ]


class OneTimeCode(models.Model):
    """A code sent to a phone: its hash, when it ends and how often it was tried."""

    behind_door = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    handle = models.CharField(max_length=80)
    code_sha256 = models.BinaryField()
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = {"handle"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "code_sha256", "sent_at", "expires_at", "tries", "used_at"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["handle", "sent_at"], name="code_handle"),
        ]


class SlipCode(models.Model):
    """The code on a printed slip: opens one citizen's account until the slip ends."""

    behind_door = True

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    code_sha256 = models.BinaryField(unique=True)
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = {"account"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "code_sha256", "expires_at", "withdrawn_at"}
