"""Tabs of sampling: the table, the laboratory, and the citizen's results."""

from django.utils.translation import gettext_lazy as _

from lachan.core.roles import Role
from lachan.ui.navigation import Tab, register

#: Who works in a laboratory.
LABORATORY = (Role.LABORATORY, Role.LABORATORY_LEAD)

#: Who plans pools.
POOLING = (
    Role.SAMPLER,
    Role.STATION_OFFICER,
    Role.DIRECTOR,
    Role.TRACER,
    Role.TECHNOLOGY_TEAM,
)
#: Who sees the morning board of a sampling unit, a commune or a province.
BOARD = (Role.SAMPLER, Role.STATION_OFFICER, Role.TRACER, Role.DIRECTOR)
#: Who plans campaigns: the station of a commune, the CDC of a province.
HEADS = (Role.STATION_OFFICER, Role.DIRECTOR, Role.TRACER)
#: Who works on them: the technology team helps with lists and papers.
HELPERS = (*HEADS, Role.TECHNOLOGY_TEAM)
#: Who goes from door to door.
WALKERS = (*HELPERS, Role.SAMPLER, Role.VILLAGE_HEALTH_WORKER)

register(
    Tab("campaigns", "sampling:campaigns", frozenset(HELPERS), _("Campaigns"), order=45),
    Tab(
        "doors_phone",
        "sampling:campaign_walks",
        frozenset({Role.SAMPLER}),
        _("Door to door"),
        "home",
        "phone",
        15,
    ),
    Tab("sampling", "sampling:table", frozenset({Role.SAMPLER}), _("Take samples"), order=20),
    Tab(
        "sampling_phone",
        "sampling:table",
        frozenset({Role.SAMPLER}),
        _("Take samples"),
        "test-pipe",
        "phone",
        10,
    ),
    Tab("pooling", "sampling:pooling", frozenset(POOLING), _("Pooling"), order=47),
    Tab("rapid", "sampling:rapid_board", frozenset({Role.SAMPLER}), _("Rapid tests"), order=21),
    Tab(
        "rapid_phone",
        "sampling:rapid_board",
        frozenset({Role.SAMPLER}),
        _("Rapid tests"),
        "clock",
        "phone",
        11,
    ),
    Tab(
        "self_tests",
        "sampling:rapid_reports",
        frozenset({Role.STATION_OFFICER}),
        _("Self-tests"),
        order=45,
    ),
    Tab("laboratory", "sampling:laboratory", frozenset(LABORATORY), _("Laboratory"), order=20),
    Tab("deliveries", "sampling:deliveries", frozenset(LABORATORY), _("Results by file"), order=21),
    Tab("boxes", "sampling:boxes", frozenset({Role.SAMPLER}), _("Boxes"), order=21),
    Tab(
        "boxes_phone",
        "sampling:boxes",
        frozenset({Role.SAMPLER}),
        _("Boxes"),
        "barcode",
        "phone",
        11,
    ),
    Tab(
        "sampling_board", "sampling:board", frozenset(BOARD), _("Samples standing still"), order=46
    ),
    Tab("counting", "sampling:counting", frozenset(BOARD), _("Counting"), order=47),
    Tab(
        "laboratory_counting",
        "sampling:laboratory_counting",
        frozenset(LABORATORY),
        _("Counting"),
        order=23,
    ),
    Tab("reception", "sampling:reception", frozenset(LABORATORY), _("Reception"), order=19),
    Tab(
        "laboratory_board",
        "sampling:laboratory_board",
        frozenset(LABORATORY),
        _("Standing still"),
        order=22,
    ),
    Tab(
        "results",
        "sampling:results",
        frozenset({Role.CITIZEN}),
        _("Results"),
        "test-pipe",
        "phone",
        20,
    ),
)
