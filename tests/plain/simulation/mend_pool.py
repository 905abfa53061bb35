# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the module C(engine_pool) does, in its order: look and judge again under the lock, then create and remove."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from ansible_collections.acestream.vpn.plugins.module_utils._act.allocation import allocate
from ansible_collections.acestream.vpn.plugins.module_utils._act.engine_spec import Allocation
from ansible_collections.acestream.vpn.plugins.module_utils._model.attempts import engines_created
from ansible_collections.acestream.vpn.plugins.module_utils._model.steps import ENGINE_CREATE, ENGINE_REMOVE, Step
from ansible_collections.acestream.vpn.plugins.module_utils._run.converge import Look

from tests.plain.simulation.containers import Refused, Unanswered
from tests.plain.simulation.looks import inspect
from tests.plain.simulation.processes import EngineProcess
from tests.plain.simulation.shared import SimulatedStore
from tests.plain.simulation.watcher import Watcher
from tests.plain.simulation.world import ASIDE, LABEL, LABEL_FORWARDED, World

MOMENT = 0.05
PREFIX = "eng"


def mend_pool(who: str, world: World, store: SimulatedStore, watcher: Watcher, eye) -> Iterator[float]:
    """:param eye: looks at the host, as this run does."""
    yield MOMENT
    yield from store.lock(who)
    try:
        eye.see()
        yield MOMENT
        look, truth = eye.add()
        begun = world.mono
        for step in look.plan.steps:
            if step.kind == ENGINE_CREATE:
                yield from _create(world, store, watcher, look, step, begun)
        for step in look.plan.steps:
            if step.kind == ENGINE_REMOVE:
                yield from _remove(world, watcher, look, step, begun, truth.mono)
    finally:
        store.unlock(who)


def _create(
    world: World, store: SimulatedStore, watcher: Watcher, look: Look, step: Step, begun: float
) -> Iterator[float]:
    evidence, there = look.observation.gluetuns[step.vpn], look.observation.engines_of(step.vpn).values()
    port = look.memory.gluetuns[step.vpn].forwarded_port
    failed = False
    for place in allocate(evidence, there, step.count, set(world.containers), PREFIX, port, {}):
        yield MOMENT
        try:
            yield from _create_one(world, watcher, place, begun)
        except (Refused, Unanswered):
            failed = True
    now = world.wall()
    store.update(lambda memory: (engines_created(memory, step.vpn, failed, now), None))


def _create_one(world: World, watcher: Watcher, place: Allocation, begun: float) -> Iterator[float]:
    parent = inspect(world, place.gluetun)
    if parent is None or not parent.running:
        return
    if place.name in world.containers:
        raise Refused("the name is taken")
    watcher.acts_on_pool(place.gluetun, begun)
    watcher.pool.creates(place)
    watcher.is_new(place.name)
    world.order(lambda: _make(world, place, parent.id))
    yield MOMENT
    container = world.containers.get(place.name)
    if container is None:
        return
    try:
        world.order(lambda: world.start(container))
    except Refused:
        with contextlib.suppress(Unanswered):
            world.order(lambda: world.remove(container))
        raise


def _make(world: World, place: Allocation, parent_id: str) -> None:
    if place.name in world.containers:
        raise Refused("the name is taken")
    labels = {LABEL: place.gluetun, **({LABEL_FORWARDED: "true"} if place.forwarded else {})}
    container = world.make(place.name, network_mode=f"container:{parent_id}", labels=labels)
    container.http_port, container.p2p_port = place.http_port, place.p2p_port
    world.engine_processes[place.name] = EngineProcess()


def _remove(world: World, watcher: Watcher, look: Look, step: Step, begun: float, seen: float) -> Iterator[float]:
    """:param seen: when the look was taken that the step comes from, mono."""
    for name in (step.engine, step.engine + ASIDE):
        container = world.containers.get(name)
        if container is None or container.id not in _known(look, step):
            continue
        watcher.acts_on_pool(step.vpn, begun)
        if name == step.engine:
            watcher.pool.removes(container, look.observation.at - step.since)
        with contextlib.suppress(Refused, Unanswered):
            world.order(lambda container=container: world.remove(container))
        yield MOMENT


def _known(look: Look, step: Step) -> list[str]:
    container = look.observation.engines[step.engine].container
    return [container.id] if container is not None else []
