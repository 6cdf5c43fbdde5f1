"""From options to the whole world."""

from lachan.config.story.acceptance import plant_scenes
from lachan.config.story.builder import Builder
from lachan.config.story.cast import call_cast
from lachan.config.story.factory import build_factory
from lachan.config.story.knowledge import interview, plan_samples, special_cases
from lachan.config.story.options import Options
from lachan.config.story.planting import Planting
from lachan.config.story.population import NO_COVERAGE, experts, same_name, set_apart, settle
from lachan.config.story.presence import Calendar
from lachan.config.story.records import Evidence, clock_errors, meet_by_phone, record, rosters
from lachan.config.story.services import Authorities, equip, measles_counts, roster_duty
from lachan.config.story.spread import DISEASES, INVENTED, Spread, without_the_isolated
from lachan.config.story.town import Town, build_town
from lachan.config.story.world import DAY, HOUR, Transmission, Unit, World, moment


def generate(options: Options) -> World:
    """The story of these options; equal options give an equal world."""
    builder = Builder(options)
    start = moment(options.day_zero)
    authorities = Authorities(builder)
    settle(builder)
    twelve = same_name(builder)
    experts(builder, max(12, options.workers // 200))
    set_apart(builder)
    factory, planted = build_factory(builder)
    planted.same_name = twelve
    town = build_town(builder)
    capacities, incidents = equip(builder, authorities, start)
    laboratories = [row.place for row in capacities if row.kind == "laboratory"]

    intended = Calendar(builder, factory, town, start).fill()
    intended = without_the_isolated(intended, {planted.f0: start + 5 * DAY + 9 * HOUR})
    spread = Spread(builder, intended, start, planted)
    spread.run(factory, town)
    positive = {case.person: case.positive_at for case in spread.cases}
    presence = without_the_isolated(intended, positive)
    errors = clock_errors(builder)
    scans = record(builder, presence, start, errors, planted.f0)
    liars, intubated = special_cases(spread.cases, planted.f0)

    world = World(
        options=options,
        start=start,
        units=[],
        organisations=builder.organisations,
        places=builder.places,
        people=builder.people,
        households=builder.households,
        planted=planted,
        diseases=[*DISEASES.values(), INVENTED],
    )
    world.accounts = call_cast(builder, authorities, factory, town, planted)
    world.presence = presence
    world.scans = scans
    world.rosters = list(rosters(builder, presence, planted))
    world.clock_errors = errors
    world.encounters = meet_by_phone(builder, presence, start)
    world.cases = spread.cases
    world.transmissions = _explained(builder, spread, world)
    world.liars, world.intubated = liars, intubated
    world.interviews = interview(builder, presence, spread.cases, liars, intubated)
    world.samples = plan_samples(builder, spread.cases, planted, start, laboratories)
    world.capacities, world.incidents = capacities, incidents
    world.duties = roster_duty(builder, authorities, world.accounts)
    world.measles = measles_counts(builder)
    if options.acceptance:
        _play_scenes(world, builder, town, laboratories[0])
    world.no_coverage = NO_COVERAGE
    world.units = _units_used(builder)
    return world


def _play_scenes(world: World, builder: Builder, town: Town, laboratory: int) -> None:
    """Add what the acceptance scenarios plant to what the town did by itself."""
    planting = Planting(builder, world.start, laboratory)
    world.planted.scenes = plant_scenes(planting, town)
    world.presence = sorted(
        [*world.presence, *planting.presence], key=lambda row: (row.start, row.person, row.place)
    )
    world.scans += planting.scans
    world.cases += planting.cases
    world.samples += planting.samples


def _explained(builder: Builder, spread: Spread, world: World) -> list[Transmission]:
    evidence = Evidence(builder, world.scans)
    windows = {case.person: (case.infectious_from, case.infectious_to) for case in world.cases}
    rows = []
    for row in spread.transmissions:
        since, until = windows.get(row.source, (row.start, None))
        how = evidence.how(row, since, until or row.end + DAY)
        rows.append(row._replace(how=how))
    return rows


def _units_used(builder: Builder) -> list[Unit]:
    """All communes of Bắc Ninh and those elsewhere that somebody of the story lives in."""
    used = {row.commune for row in builder.organisations}
    for person in builder.people:
        used |= {person.stay.commune, person.permanent.commune}
    return [*builder.home_units, *(unit for unit in builder.far_units if unit.code in used)]
