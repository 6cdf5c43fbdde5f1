"""Stores and their double-entry ledger of vaccine: moves, lines that sum to zero, opened vials.

Nothing here is changed or deleted.  What was wrong is taken back by a move of its own.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lachan.core.ids import uuid7
from lachan.vaccination.session_models import Lot, Session


class Store(models.Model):
    """A place where an organisation keeps vaccine.  `gives`: what the organisation injects comes
    from here; one store of an organisation does.  `session`: the boxes of one mobile session, from
    which that session injects.  Units are today's; a national one has none."""

    class Kind(models.TextChoices):
        """The level of the store."""

        NATIONAL = "national", _("National store")
        REGIONAL = "regional", _("Regional store")
        PROVINCE = "province", _("Store of the provincial CDC")
        STATION = "station", _("Store of a health station")
        SITE = "site", _("Store of a vaccination site")

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.UUIDField()
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=Kind)
    gives = models.BooleanField(default=False)
    session = models.OneToOneField(Session, models.PROTECT, null=True, related_name="store")
    commune = models.IntegerField(null=True)
    province = models.IntegerField(null=True)
    made_at = models.DateTimeField()

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "organisation", "name", "kind", "gives", "session", "commune", "province"),
            "made_at",
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "name"], name="store_is_one"),
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(gives=True), name="store_gives_alone"
            ),
            models.CheckConstraint(
                condition=Q(session=None) | Q(gives=False), name="store_of_a_session_is_its_own"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "name"], name="store_by_commune"),
            models.Index(fields=["province", "name"], name="store_by_province"),
        ]

    def __str__(self) -> str:
        return self.name


class Allocation(models.Model):
    """A numbered decision: how many doses of a product each store is given.

    `amends`: the version it takes the place of; `chain`: the first version, whose id they share.
    `unit`: whose decision it is; `text`: its words, open to everybody."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    document = models.CharField(max_length=80, help_text="Number of the decision")
    product = models.CharField(max_length=40)
    decided_on = models.DateField()
    signer = models.CharField(max_length=120)
    unit = models.CharField(max_length=160, default="", blank=True)
    text = models.TextField(default="", blank=True)
    chain = models.UUIDField(default=uuid7)
    amends = models.OneToOneField("self", models.PROTECT, null=True, related_name="amended_by")
    at = models.DateTimeField()

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "store", "document", "product", "decided_on", "signer", "unit", "text"),
            *("chain", "amends", "at"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["store", "document", "product"], name="allocation_is_one"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["store", "-decided_on"], name="allocation_by_store"),
            models.Index(fields=["chain"], name="allocation_by_chain"),
        ]


class AllocationShare(models.Model):
    """What one store is given by a decision: doses, of any lot or of one, for whom, until when."""

    allocation = models.ForeignKey(Allocation, models.PROTECT, related_name="shares")
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    doses = models.IntegerField()
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="+")
    groups = ArrayField(models.CharField(max_length=40), default=list)
    campaign = models.CharField(max_length=80, default="", blank=True)
    until = models.DateField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "allocation", "store", "doses", "lot", "groups", "campaign", "until"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["allocation", "store", "lot"], name="share_is_one", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(doses__gt=0), name="share_holds_doses"),
        ]


class StockMove(models.Model):
    """One document of a store.  `id` is the device's own number; `day` the day on which it
    happened, `at` when it was written.  `answers`: the issue that a receipt takes in."""

    class Kind(models.TextChoices):
        """What happened."""

        RECEIPT = "receipt", _("Receipt")
        ISSUE = "issue", _("Issue")
        TRANSFER = "transfer", _("Transfer")
        RETURN = "return", pgettext_lazy("vaccination", "Return")
        DESTRUCTION = "destruction", _("Destruction")
        USE = "use", _("Injections")
        WASTE = "waste", _("Waste")
        THAW = "thaw", _("Thawing")
        DISCREPANCY = "discrepancy", _("Difference")
        QUARANTINE = "quarantine", _("Set apart")
        CORRECTION = "correction", pgettext_lazy("vaccination", "Correction")

    id = models.UUIDField(primary_key=True, default=uuid7)
    store = models.ForeignKey(Store, models.PROTECT, related_name="moves")
    other = models.ForeignKey(Store, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=11, choices=Kind)
    number = models.IntegerField(help_text="Counted by store and year")
    day = models.DateField()
    at = models.DateTimeField()
    by = models.UUIDField()
    by_name = models.CharField(max_length=120)
    note = models.CharField(max_length=200, default="", blank=True)
    share = models.ForeignKey(AllocationShare, models.PROTECT, null=True, related_name="moves")
    answers = models.ForeignKey("self", models.PROTECT, null=True, related_name="answered_by")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    content_sha256 = models.BinaryField(help_text="Of what was sent")

    class Privacy:
        identifying: ClassVar[set[str]] = {"by", "by_name"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "store", "other", "kind", "number", "day", "at", "note", "share"),
            *("answers", "reverses", "content_sha256"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="move_correction_reverses",
                condition=Q(kind="correction", reverses__isnull=False) & ~Q(note="")
                | ~Q(kind="correction") & Q(reverses=None),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["store", "-at"], name="move_by_store"),
            models.Index(fields=["other", "-at"], name="move_by_other"),
        ]


class StockLine(models.Model):
    """Doses of a lot on one account in one store's books.  The lines of a move sum to zero for
    each lot; the database holds that, and that nothing in hand is below zero."""

    class Account(models.TextChoices):
        """Where doses are, or went."""

        IN_HAND = "in_hand", _("In hand")
        IN_TRANSIT = "in_transit", _("On the way")
        SUPPLIER = "supplier", _("Supplier")
        GIVEN = "given", pgettext_lazy("stock", "Given")
        WASTE = "waste", _("Waste")
        DESTROYED = "destroyed", _("Destroyed")
        DISCREPANCY = "discrepancy", _("Difference")
        QUARANTINE = "quarantine", _("Set apart")

    class Cause(models.TextChoices):
        """Why doses were wasted."""

        BROKEN = "broken", _("Broken")
        EXPIRED = "expired", pgettext_lazy("vaccination", "Expired")
        FROZEN = "frozen", _("Frozen")
        TOO_WARM = "too_warm", _("Too warm")
        OPEN_LEFT = "open_left", _("Left over in an opened vial")
        OTHER = "other", pgettext_lazy("vaccination", "Other")

    move = models.ForeignKey(StockMove, models.PROTECT, related_name="lines")
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    other = models.ForeignKey(Store, models.PROTECT, null=True, related_name="+")
    account = models.CharField(max_length=11, choices=Account)
    cause = models.CharField(max_length=9, choices=Cause, default="", blank=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+")
    doses = models.IntegerField()
    vials = models.IntegerField(null=True, help_text="Where the doses are whole vials")
    thawed_on = models.DateField(null=True)
    why = models.CharField(max_length=200, default="", blank=True, help_text="Of a difference")

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "move", "store", "other", "account", "cause", "lot", "doses", "vials"),
            *("thawed_on", "why"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(doses=0), name="line_moves_doses"),
            models.CheckConstraint(
                name="line_waste_has_a_cause",
                condition=Q(account="waste") & ~Q(cause="") | ~Q(account="waste") & Q(cause=""),
            ),
            models.CheckConstraint(
                name="line_difference_says_why", condition=~Q(account="discrepancy") | ~Q(why="")
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["store", "account", "lot"], name="line_by_store"),
            models.Index(fields=["other", "account"], name="line_by_other"),
        ]


class OpenedVial(models.Model):
    """Vials of a lot opened together.  What is left in them after `use_until` is waste."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+")
    vials = models.SmallIntegerField()
    doses = models.IntegerField()
    opened_at = models.DateTimeField()
    use_until = models.DateTimeField()
    at = models.DateTimeField()
    by = models.UUIDField()
    by_name = models.CharField(max_length=120)

    class Privacy:
        identifying: ClassVar[set[str]] = {"by", "by_name"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "store", "lot", "vials", "doses", "opened_at", "use_until", "at"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(vials__gte=1, doses__gte=1), name="vial_is_opened"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["store", "-at"], name="opened_by_store"),
        ]
