"""The words and keys of rules: which kinds there are, what each must say and may leave out."""

from collections.abc import Mapping
from typing import Final

LANGUAGES: Final = ("vi", "en")

KINDS: Final = (
    "disease_profile",
    "contact",
    "card_colour",
    "measure",
    "mandatory",
    "handover",
    "calling",
    "stages",
    "triage",
    "scan_checks",
    "places",
    "pooling",
    "custody",
    "assay",
    "results",
    "rapid",
    "vaccine_product",
    "immunization",
    "screening",
    "priority",
    "vaccination",
    "complaints",
)

#: How well the source of a rule is known.  A rule page shows it; nobody quotes an article in a
#: decision before the official text has been compared.  Source: practice.md, the marks S C R E G.
READINGS: Final = (
    "official",
    "public_copy",
    "secondary",
    "unconfirmed",
    "house_default",
    "invented",
)

#: To which level around a case people are followed by name where a rule does not say, and the
#: deepest that a rule may ask for.  Sources: `data/contact.toml`; "F4, F5: self-watch" in 2021.
DEFAULT_LEVELS: Final = 2
DEEPEST_LEVEL: Final = 4

#: What the rule of vaccination says: of the observation, of a severe event, to who reports himself.
VACCINATION_SAYS: Final = (
    *("wait", "go", "notify", "investigate", "council", "publish"),
    *("danger", "thanks", "provisional"),
)

#: What `may_we` can answer.
OUTCOMES: Final = ("allowed", "advice_only", "needs_legal_officer", "refused")

#: Where a hand-over that nobody answers becomes visible.  Source: practice.md, scenario 5.
CLIMBS_TO: Final = frozenset({"sender_province", "receiver_province"})

#: The stages of a case, in order of time.  Source: practice.md section 2, LOOK.md section 4.
STAGES: Final = (
    "symptom",
    "sample",
    "result",
    "taken",
    "interview",
    "list_approved",
    "last_reached",
    "sampling",
    "closed",
)

#: Why somebody who declared is to be called, the most urgent first.
TRIAGE: Final = ("danger", "symptoms", "missed", "contact")

#: What is found about scans, and asked of a human.
SCAN_FINDINGS: Final = (
    "replay",
    "replay_ended",
    "impossible_travel",
    "two_places",
    "clock_skew",
    "counter_gap",
    "bulk_person",
    "bulk_device",
    "bulk_place",
    "bulk_declared",
    "borrowed",
)

#: The limits of checking scans, each with its unit in the name.
SCAN_LIMITS: Final = (
    "replay_seconds",
    "fastest_kmh",
    "flight_km",
    "flight_kmh",
    "clock_seconds",
    "counter_hours",
    "same_ways_in",
    "ways_in",
    "ways_in_minutes",
    "device_people_a_minute",
    "place_people_a_minute",
    "declared_people_a_day",
)

#: Where a tube may stand still too long, in order of its way to a result.
CUSTODY_STAGES: Final = (
    "open",
    "unpacked",
    "packed",
    "road",
    "arrived",
    "unscanned",
    "stray",
    "left_over",
    "accepted",
    "running",
    "entered",
    "approved",
)
#: What a test may find in a tube, and what may be wrong with a control of its run.
ASSAY_OUTCOMES: Final = ("positive", "negative", "indeterminate", "invalid")
CONTROL_FINDINGS: Final = ("control_found", "control_missing", "control_outside", "control_unread")
ASSAY_SAYS: Final = (*ASSAY_OUTCOMES, *CONTROL_FINDINGS)
#: The numbers of giving results to people, each with its unit in the name.
RESULT_NUMBERS: Final = (
    "retest_hours",
    "slip_days",
    "slip_tries",
    "slip_lock_minutes",
    "expected_hours",
    "expected_percent",
    "comparable_days",
    "comparable_tubes",
    "send_tries",
    "send_again_minutes",
)

#: What a schedule may say of a dose that is asked for.
IMMUNIZATION_SAYS: Final = (
    "due",
    "too_soon",
    "too_young",
    "not_this_vaccine",
    "no_agreement",
    "complete",
    "not_offered",
)

COLOURS: Final = ("green", "yellow", "red", "neutral")

#: How risky an area is, as a pooling rule parts them.  Source: field.md 2.4, HCMC in August 2021.
POOLING_AREAS: Final = ("low", "high", "zone")

#: The keys that a body of each kind must have; other keys are allowed only if listed as optional.
REQUIRED: Final[Mapping[str, frozenset[str]]] = {
    "disease_profile": frozenset({"group", "names", "incubation_days", "reporting_deadline"}),
    "contact": frozenset(
        {
            "min_minutes",
            "depth_by_place_kind",
            "name_limit",
            "infectious_before_hours",
            "infectious_after_hours",
            "latent_hours",
            "open_minutes_by_place_kind",
        }
    ),
    "card_colour": frozenset({"clauses"}),
    "measure": frozenset({"measure", "role", "outcome"}),
    "mandatory": frozenset({"act", "document"}),
    "handover": frozenset({"answer_hours", "climb_to"}),
    "calling": frozenset({"reach_hours", "tries", "retry_minutes", "hold_minutes"}),
    "stages": frozenset({"hours"}),
    "triage": frozenset(
        {
            "hours",
            "danger_signs",
            "danger_temperature",
            "follow_days",
            "ask_hour",
            "report_hours",
        }
    ),
    "scan_checks": frozenset(SCAN_LIMITS),
    "places": frozenset({"waits", "reminders", "silent_days"}),
    "pooling": frozenset(
        {
            *POOLING_AREAS,
            "tests",
            "largest",
            "largest_household",
            "household_below",
            "sampled_small",
            "sampled_large",
            "single",
            "least_saving",
            "positivity_days",
        }
    ),
    "custody": frozenset(
        {"hours", "laboratory_hours", "coldest", "warmest", "resample_hours", "cutoffs"}
    ),
    "assay": frozenset(
        {"names", "method", "test", "codes", "cycles", "targets", "table", "controls", "urgency"}
    ),
    "results": frozenset({*RESULT_NUMBERS, "stay_role", "stay_measure"}),
    "rapid": frozenset(
        {
            "read_minutes",
            "read_before_minutes",
            "positive",
            "confirm_hours",
            "repeats",
            "household_most",
            "household_readers",
            "valid_hours",
        }
    ),
    "vaccine_product": frozenset(
        {
            *("names", "maker", "antigens", "codes", "doses_per_vial", "dose_ml", "coldest"),
            *("warmest", "open_hours", "thawed_days", "live", "route"),
        }
    ),
    "immunization": frozenset({"antigens", "series", "then"}),
    "screening": frozenset({"questions", "measures", "clauses", "consent", "paper_days"}),
    "priority": frozenset({"groups"}),
    "vaccination": frozenset(
        {
            *("observe_minutes", "home_hours", "watch_days", "follow_hours", "report_hour"),
            *("print_minutes", "reception_minutes", "notify", "notify_hours", "council_workdays"),
            *("publish_hours", "offline_days", "barred_within_seconds", "walk_in"),
            *("investigate_hours", "answer_hours", "warn_hours", "papers", "reactions"),
            *("signal_events", "signal_doses", "signals", "holidays"),
        }
    ),
    "complaints": frozenset({"answer_hours", "near_days", "board_days", "least"}),
}

OPTIONAL: Final[Mapping[str, frozenset[str]]] = {
    "disease_profile": frozenset({"latent_hours", "names_note", "fictitious"}),
    "contact": frozenset({"anchor", "levels", "levels_source", "note"}),
    "card_colour": frozenset(),
    "measure": frozenset(
        {
            "signer",
            "form",
            "clock",
            "holding_hours",
            "longest_hours",
            "prolong_once",
            "days",
            "days_vaccinated",
            "test_days",
            "alternative",
            "condition",
            "consular_notice",
        }
    ),
    "mandatory": frozenset({"form", "within_days"}),
    "handover": frozenset(),
    "calling": frozenset(),
    "stages": frozenset(),
    "triage": frozenset(),
    "scan_checks": frozenset(),
    "places": frozenset(),
    "pooling": frozenset(),
    "custody": frozenset(),
    "assay": frozenset({"accepts"}),
    "results": frozenset(),
    "rapid": frozenset({"positive_by_reason"}),
    "vaccine_product": frozenset(),
    "immunization": frozenset({"together", "live_gap", "offered_until"}),
    "screening": frozenset(),
    "priority": frozenset(),
    "vaccination": frozenset(),
    "complaints": frozenset(),
}
