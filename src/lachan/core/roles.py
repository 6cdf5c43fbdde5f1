"""The words for who somebody is at work.  Words are stored, never class paths.

Source: practice.md section 2, "Roles and scopes".
"""

from enum import StrEnum


class Role(StrEnum):
    """What an account may be at an organisation, a commune, a province or the nation."""

    CITIZEN = "citizen"
    PLACE_MANAGER = "place_manager"
    GATE_CONTROLLER = "gate_controller"
    STATION_OFFICER = "station_officer"
    VILLAGE_HEALTH_WORKER = "village_health_worker"
    COMMUNE_CHAIRMAN = "commune_chairman"
    COMMUNE_POLICE = "commune_police"
    TRACER = "tracer"
    DIRECTOR = "director"
    SAMPLER = "sampler"
    LABORATORY = "laboratory"
    LABORATORY_LEAD = "laboratory_lead"
    VACCINATOR = "vaccinator"
    TECHNOLOGY_TEAM = "technology_team"
    MINISTRY = "ministry"
    OUTSIDER = "outsider"
    SYSTEM = "system"
