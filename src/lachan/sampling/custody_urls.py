"""Pages of boxes, reception and the morning board."""

from django.urls import path

from lachan.sampling import custody_board_views as board
from lachan.sampling import custody_desk_views as desk
from lachan.sampling import custody_views as unit

urlpatterns = [
    path("sampling/boxes/", unit.boxes, name="boxes"),
    path("sampling/boxes/<uuid:box_id>/", unit.box, name="box"),
    path("sampling/boxes/<uuid:box_id>/scans/", unit.scans, name="box_scans"),
    path("sampling/boxes/<uuid:box_id>/take-out/", unit.take_out, name="box_take_out"),
    path("sampling/boxes/<uuid:box_id>/seal/", unit.seal, name="box_seal"),
    path("sampling/boxes/<uuid:box_id>/hand/", unit.hand, name="box_hand"),
    path("sampling/boxes/<uuid:box_id>/courier/", unit.courier, name="box_courier"),
    path("sampling/boxes/<uuid:box_id>/log/", unit.log, name="box_log"),
    path("sampling/boxes/<uuid:box_id>/manifest.pdf", unit.manifest, name="box_manifest"),
    path("sampling/missing/", unit.missing, name="missing"),
    path("sampling/board/", board.board, name="board"),
    path("sampling/board.<str:ending>", board.board_file, name="board_file"),
    path("sampling/board/<uuid:tube_id>/", board.tube_people, name="tube_people"),
    path("laboratory/reception/", desk.reception, name="reception"),
    path("laboratory/reception/reject/", desk.reject_later, name="reject_later"),
    path("laboratory/reception/<uuid:box_id>/", desk.received_box, name="received_box"),
    path("laboratory/reception/<uuid:box_id>/scans/", desk.received_scans, name="received_scans"),
    path("laboratory/reception/<uuid:box_id>/arrive/", desk.arrive, name="box_arrive"),
    path("laboratory/reception/<uuid:box_id>/reject/", desk.reject, name="box_reject"),
    path("laboratory/reception/<uuid:box_id>/close/", desk.close_box, name="box_close"),
    path("laboratory/missing/", desk.laboratory_missing, name="laboratory_missing"),
    path("laboratory/board/", board.laboratory_board, name="laboratory_board"),
    path(
        "laboratory/board.<str:ending>", board.laboratory_board_file, name="laboratory_board_file"
    ),
]
