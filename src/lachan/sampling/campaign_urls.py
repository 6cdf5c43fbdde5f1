"""Addresses of campaigns, of requests and of what is planned for them."""

from django.urls import path

from lachan.sampling import (
    campaign_slot_views,
    campaign_views,
    campaign_walk_views,
    request_views,
)

CAMPAIGNS = [
    path("my-sampling/", campaign_slot_views.own, name="own_sampling"),
    path("my-sampling/<uuid:appointment_id>/", campaign_slot_views.move, name="own_move"),
    path("sampling/stock/", campaign_slot_views.stock, name="stock"),
    path("campaigns/<uuid:campaign_id>/slots/", campaign_slot_views.slots, name="campaign_slots"),
    path(
        "campaigns/<uuid:campaign_id>/slots/give/", campaign_slot_views.give, name="campaign_give"
    ),
    path(
        "campaigns/<uuid:campaign_id>/slips.pdf", campaign_slot_views.slips, name="campaign_slips"
    ),
    path("campaigns/<uuid:campaign_id>/lane.pdf", campaign_slot_views.lane, name="campaign_lane"),
    path("campaigns/<uuid:campaign_id>/team/", campaign_slot_views.team, name="campaign_team"),
    path(
        "campaigns/<uuid:campaign_id>/team/<uuid:shift_id>/withdraw/",
        campaign_slot_views.withdraw,
        name="campaign_shift_withdraw",
    ),
    path("sampling/requests/", request_views.requests, name="requests"),
    path("sampling/requests.<str:ending>", request_views.requests_file, name="requests_file"),
    path("sampling/people/<uuid:person_id>/", request_views.person, name="requests_of"),
    path(
        "sampling/people/<uuid:person_id>/requests/<uuid:request_id>/drop/",
        request_views.drop,
        name="request_drop",
    ),
    path("campaigns/", campaign_views.board, name="campaigns"),
    path("campaigns/new/", campaign_views.new, name="campaign_new"),
    path("campaigns/doors/", campaign_walk_views.walks, name="campaign_walks"),
    path("campaigns/<uuid:campaign_id>/", campaign_views.campaign, name="campaign"),
    path("campaigns/<uuid:campaign_id>/whom/", campaign_views.whom, name="campaign_whom"),
    path("campaigns/<uuid:campaign_id>/people/", campaign_views.place, name="campaign_place"),
    path("campaigns/<uuid:campaign_id>/missing/", campaign_views.missing, name="campaign_missing"),
    path(
        "campaigns/<uuid:campaign_id>/people/<uuid:member_id>/",
        campaign_views.choose,
        name="campaign_choose",
    ),
    path("campaigns/<uuid:campaign_id>/begin/", campaign_views.begin, name="campaign_begin"),
    path("campaigns/<uuid:campaign_id>/next/", campaign_views.next_round, name="campaign_next"),
    path("campaigns/<uuid:campaign_id>/end/", campaign_views.end, name="campaign_end"),
    path("campaigns/<uuid:campaign_id>/doors/", campaign_walk_views.walk, name="campaign_walk"),
    path(
        "campaigns/<uuid:campaign_id>/doors/<uuid:member_id>/",
        campaign_walk_views.visit,
        name="campaign_visit",
    ),
    path("campaigns/<uuid:campaign_id>/lists/", campaign_walk_views.send, name="campaign_send"),
    path(
        "campaigns/<uuid:campaign_id>/lists/<uuid:file_id>/",
        campaign_walk_views.one_file,
        name="campaign_file",
    ),
    path(
        "campaigns/<uuid:campaign_id>/lists/<uuid:file_id>/copy/",
        campaign_walk_views.copy,
        name="campaign_copy",
    ),
]
