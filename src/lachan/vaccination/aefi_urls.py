"""Pages of reactions and lots."""

from django.urls import path

from lachan.vaccination import aefi_home_views, aefi_views, lot_spelling_views, lot_views

AEFI = [
    path("after-vaccination/", aefi_home_views.after, name="after"),
    path("vaccination/reactions/", aefi_views.reactions, name="reactions"),
    path("vaccination/reactions/new/", aefi_views.choose, name="reaction_choose"),
    path("vaccination/doses/<uuid:dose_id>/reaction/", aefi_views.record, name="reaction_record"),
    path("vaccination/reactions/<uuid:reaction_id>/", aefi_views.reaction, name="reaction"),
    path(
        "vaccination/reactions/<uuid:reaction_id>/judge/", aefi_views.judge, name="reaction_judge"
    ),
    path(
        "vaccination/reactions/<uuid:reaction_id>/answer/",
        aefi_views.answer,
        name="reaction_answer",
    ),
    path(
        "vaccination/reactions/<uuid:reaction_id>/paper/", aefi_views.paper, name="reaction_paper"
    ),
    path(
        "vaccination/reactions/<uuid:reaction_id>/report.pdf",
        aefi_views.report,
        name="reaction_report",
    ),
    path("vaccination/steps/<uuid:step_id>/", aefi_views.step, name="aefi_step"),
    path("vaccination/steps/<uuid:step_id>/notice.pdf", aefi_views.notice, name="aefi_notice"),
    path("vaccination/lots/texts/", lot_spelling_views.texts, name="lot_texts"),
    path("vaccination/lots/texts/link/", lot_spelling_views.link, name="lot_text_link"),
    path("vaccination/lots/texts/part/", lot_spelling_views.part, name="lot_text_part"),
    path("vaccination/lots/", lot_views.lots, name="lots"),
    path("vaccination/lots/barred/<int:province>/", lot_views.barred, name="barred"),
    path("vaccination/lots/barred/<int:province>/part/", lot_views.barred_part, name="barred_part"),
    path("vaccination/lots/<uuid:lot_id>/", lot_views.lot, name="lot"),
    path(
        "vaccination/lots/<uuid:lot_id>/people.<slug:ending>", lot_views.people, name="lot_people"
    ),
    path("vaccination/lots/<uuid:lot_id>/bar/", lot_views.bar, name="lot_bar"),
    path("vaccination/lots/<uuid:lot_id>/call/", lot_views.call, name="lot_call"),
    path("vaccination/bars/<uuid:bar_id>/lift/", lot_views.lift, name="lot_lift"),
]
