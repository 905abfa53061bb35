# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A look at the simulated host, with the evidence that the real adapters would bring; and the truth beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import (
    API_ERROR,
    API_GARBAGE,
    API_OK,
    API_TIMEOUT,
    API_UNAUTHORISED,
    FAILED,
    OK,
    UNKNOWN,
    Container,
    EngineEvidence,
    GluetunEvidence,
    Observation,
)

from tests.plain.simulation.containers import Unanswered
from tests.plain.simulation.world import ASIDE, LABEL, LABEL_FORWARDED, RANGES, World

API_MODES = {"401": API_UNAUTHORISED, "500": API_ERROR, "hang": API_TIMEOUT, "garbage": API_GARBAGE}


@dataclass(frozen=True)
class Truth:
    """What was really so at the moment of a look, whatever could be seen of it."""

    mono: float
    age: float
    working_gluetuns: frozenset
    usable_engines: frozenset


def observe(world: World) -> tuple[Observation, Truth]:
    world.note_networks()
    gluetuns = {name: look_at_gluetun(world, name) for name in world.gluetuns}
    engines, problems = {}, ()
    try:
        world.answer()
        names = sorted({_engine_name(name) for name, each in world.containers.items() if LABEL in each.labels})
        seen = {name: look_at_engine(world, name) for name in names}
        engines = {name: engine for name, engine in seen.items() if engine.gluetun in gluetuns}
    except Unanswered as error:
        problems = (str(error),)
    looked = Observation(
        world.wall(), world.tick(), str(world.boot), gluetuns, engines, problems, engines_listed=not problems
    )
    return looked, truth(world)


def truth(world: World) -> Truth:
    return Truth(
        world.mono,
        world.age,
        frozenset(name for name in world.gluetuns if world.gluetun_works(name)),
        frozenset(name for name in world.engine_processes if world.engine_usable(name)),
    )


def inspect(world: World, name: str) -> Container | None:
    """:raises Unanswered: Docker hangs."""
    world.answer()
    container = world.containers.get(name)
    return None if container is None else container.inspected()


def namespace(world: World, name: str) -> str | None:
    container = world.containers.get(name)
    return f"4:{container.netns}" if world.proc_visible and container is not None and container.alive else None


def streams(world: World, name: str) -> int | None:
    return world.engine_processes[name].streams if world.proc_visible else None


def look_at_gluetun(world: World, name: str) -> GluetunEvidence:
    try:
        container = inspect(world, name)
    except Unanswered as error:
        return GluetunEvidence(name, ports=RANGES[name], problems=(str(error),))
    if container is None or not container.running:
        return GluetunEvidence(name, seen=True, container=container, ports=RANGES[name])
    tunnel, now = world.tunnels[name], world.mono
    works = tunnel.works(now)
    egress = UNKNOWN if world.probe[name] == "impossible" else OK if works or tunnel.leaks(now) else FAILED
    api = API_MODES.get(world.api[name], API_OK)
    ip, port = tunnel.ip(now), tunnel.port(now)
    return GluetunEvidence(
        name,
        seen=True,
        container=container,
        netns=namespace(world, name),
        egress=egress,
        dns=UNKNOWN if egress == UNKNOWN else egress,
        tunnel_interface=tunnel.interface and not tunnel.crashed if world.proc_visible else None,
        api=api,
        tunnel_status=tunnel.status(now) if api == API_OK else None,
        public_ip=ip if api == API_OK else None,
        forwarded_port=port if api == API_OK else None,
        ports=RANGES[name],
        problems=() if api == API_OK else (f"the control server answers {world.api[name]}",),
    )


def look_at_engine(world: World, name: str) -> EngineEvidence:
    simulated, aside = world.containers.get(name), world.containers.get(name + ASIDE)
    gluetun = (simulated or aside).labels[LABEL]
    try:
        container = inspect(world, name)
    except Unanswered as error:
        return EngineEvidence(name, gluetun, aside=aside is not None, problems=(str(error),))
    evidence = EngineEvidence(name, gluetun, seen=True, container=container, aside=aside is not None, owned=True)
    if simulated is not None:
        forwarded = LABEL_FORWARDED in simulated.labels
        evidence = replace(evidence, http_port=simulated.http_port, p2p_port=simulated.p2p_port, forwarded=forwarded)
    if container is None or not container.running or name not in world.engine_processes:
        return evidence
    process, now = world.engine_processes[name], world.mono
    answers = process.answers(now)
    return replace(
        evidence,
        netns=namespace(world, name),
        api=OK if answers else FAILED,
        connected=process.connected(now, world.network_since(name)) if answers else None,
        streams=streams(world, name),
    )


def _engine_name(name: str) -> str:
    return name[: -len(ASIDE)] if name.endswith(ASIDE) else name
