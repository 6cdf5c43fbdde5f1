"""The room of sampling: tubes taken, results entered and results released by the clock.

Cases are not loaded: tracing makes them itself from the released positives.
"""

from lachan.config.story.filing import Files, Row
from lachan.config.story.world import MINUTE, Case, PlannedSample

#: A visitor of the demo may have used the same barcode, or entered or replaced the result.
ONLY_OF_THE_STORY = {
    "sampling_sample": "exists (select from sampling_tube t where t.id = tube_id)",
    "sampling_result": "exists (select from sampling_tube t where t.id = tube_id)",
    "sampling_approval": "exists (select from sampling_result r where r.id = result_id)",
    "sampling_release": (
        "exists (select from sampling_result r where r.id = result_id)"
        " and not exists (select from sampling_result r where r.replaces_id = result_id)"
    ),
    "sampling_toldresult": "exists (select from sampling_release r where r.result_id = result_id)",
}

#: Seconds between what the technician enters and the second pair of eyes that releases it.
RELEASED_AFTER = 20 * MINUTE

#: Who releases in the story, as a paper of a result says it.
LEAD = "Mai Bích Diệp"

COLUMNS: dict[str, tuple[str, ...]] = {
    "sampling_tube": (
        *("id", "barcode", "limit", "organisation", "laboratory", "disease", "method"),
        *("opened_at", "closed_at"),
    ),
    "sampling_sample": (
        *("id", "tube_id", "person_id", "reason", "round", "onset", "taken_at", "organisation"),
        *("commune", "province"),
    ),
    "sampling_result": (
        *("id", "tube_id", "outcome", "method", "ct", "test", "source", "message", "laboratory"),
        *("entered_at", "entered_by"),
    ),
    "sampling_approval": ("result_id", "tube_id", "at", "by", "laboratory"),
    "sampling_release": ("result_id", "tube_id", "confirms", "at", "by", "laboratory"),
    # Nobody's telephone rings for what the story tells.
    "sampling_toldresult": ("result_id", "released_by_name", "at"),
}


def load_sampling(files: Files) -> dict[str, int]:
    """Everything that had happened to the samples of cases and contacts."""
    tables: dict[str, list[Row]] = {table: [] for table in COLUMNS}
    cases = {case.person: case for case in files.world.cases}
    for number, sample in enumerate(files.world.samples):
        if files.has_arrived(sample.taken_at):
            _take(files, tables, number, sample, cases.get(sample.person))
        _report(files, tables, number, sample)
    return {
        table: files.append(table, COLUMNS[table], rows, where=ONLY_OF_THE_STORY.get(table, "true"))
        for table, rows in tables.items()
    }


def _take(
    files: Files,
    tables: dict[str, list[Row]],
    number: int,
    sample: PlannedSample,
    case: Case | None,
) -> None:
    world = files.world
    person = world.people[sample.person]
    tube = world.uuid("tube", number)
    station = files.station(person.stay.commune)
    laboratory = files.organisation(world.places[sample.laboratory].organisation)
    taken_at = files.at(sample.taken_at)
    disease = case.disease if case else world.cases[0].disease
    tables["sampling_tube"].append(
        (tube, sample.tube, 1, station, laboratory, disease, "pcr", taken_at, taken_at)
    )
    ill = case is not None and case.found == "community"
    onset = files.at(case.onset).date() if case and case.onset <= sample.taken_at else None
    tables["sampling_sample"].append(
        (
            *(world.uuid("sample", number), tube, files.person(sample.person)),
            *("symptoms" if ill else "contact", 1, onset, taken_at, station),
            *(files.commune(person.stay.commune), files.province(person.stay.province)),
        )
    )


def _report(files: Files, tables: dict[str, list[Row]], number: int, sample: PlannedSample) -> None:
    """What the laboratory enters, and what its lead releases by herself at the story's time."""
    world = files.world
    tube, result = world.uuid("tube", number), world.uuid("result", number)
    laboratory = files.organisation(world.places[sample.laboratory].organisation)
    entered = sample.entered_at or sample.released_at - RELEASED_AFTER
    if files.has_arrived(entered):
        tables["sampling_result"].append(
            (
                *(result, tube, sample.outcome, "pcr", "{}", "", "hand", "", laboratory),
                *(files.at(entered), files.account("lab")),
            )
        )
        tables["sampling_approval"].append(
            (result, tube, files.at(entered), files.account("lab"), laboratory)
        )
    if files.has_arrived(sample.released_at):
        released = files.at(sample.released_at)
        tables["sampling_release"].append(
            (result, tube, True, released, files.account("lablead"), laboratory)
        )
        tables["sampling_toldresult"].append((result, LEAD, released))
