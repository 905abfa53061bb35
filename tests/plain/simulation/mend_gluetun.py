# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the module C(gluetun) does for one step: look again under the lock, choose, write down, act."""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.acestream.vpn.plugins.module_utils._act import desired_gluetun as want
from ansible_collections.acestream.vpn.plugins.module_utils._model import maintenance_window
from ansible_collections.acestream.vpn.plugins.module_utils._model.attempts import gluetun_cycled, gluetun_restarted
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import GluetunMemory
from ansible_collections.acestream.vpn.plugins.module_utils._model.steps import GLUETUN_CYCLE, PORT_FORWARDING, Step

from tests.plain.simulation.containers import Refused, SimulatedContainer, Unanswered
from tests.plain.simulation.looks import inspect, look_at_gluetun
from tests.plain.simulation.shared import SimulatedStore
from tests.plain.simulation.watcher import Watcher
from tests.plain.simulation.world import World

#: Seconds from the last look to the act, and that a container takes to stop.
MOMENT = 0.05
STOPPING = 2.0


def mend_gluetun(
    who: str, world: World, store: SimulatedStore, watcher: Watcher, step: Step, planned: float
) -> Iterator[float]:
    """:param planned: when the look was taken that led to the step, mono."""
    wish = want.Wish(
        cycled_since=step.since if step.kind == GLUETUN_CYCLE else None,
        restarted_since=None if step.kind == GLUETUN_CYCLE else step.since,
    )
    yield MOMENT
    yield from store.lock(who)
    try:
        yield from _under_lock(world, store, watcher, step, wish, planned)
    except (Refused, Unanswered):
        pass  # it is in the journal, and keeps its place on the ladder
    finally:
        store.unlock(who)


def _under_lock(
    world: World, store: SimulatedStore, watcher: Watcher, step: Step, wish: want.Wish, planned: float
) -> Iterator[float]:
    name, for_port = step.vpn, step.scenario == PORT_FORWARDING
    if left_alone(world, store, name):
        return
    container = inspect(world, name)
    choice = want.choose(wish, container, store.load()[0].gluetuns.get(name, GluetunMemory()))
    if choice.action in (want.NOTHING, want.IMPOSSIBLE):
        return
    evidence, worked, looked = None, False, world.mono
    if choice.action in (want.RESTART, want.CYCLE):
        evidence, worked = look_at_gluetun(world, name), world.gluetun_works(name)
        if want.hold_back(choice.action, evidence, True, for_port):
            return
    yield MOMENT
    add = gluetun_cycled if choice.action == want.CYCLE else gluetun_restarted
    now = world.wall()
    store.update(lambda memory: (add(memory, name, now), None))
    yield MOMENT
    if evidence is not None and world.mono - looked > want.FRESH:
        evidence, worked, looked = look_at_gluetun(world, name), world.gluetun_works(name), world.mono
        if want.hold_back(choice.action, evidence, True, for_port):
            return
    if left_alone(world, store, name):
        return
    simulated = world.by_id(container.id)
    if simulated is None:
        raise Refused("No such container")
    watcher.acts_on_gluetun(choice.action, simulated, evidence, worked, looked, planned, for_port)
    if choice.action == want.CYCLE:
        yield from _cycle(world, name)
    else:
        yield from _on_container(world, choice.action, simulated)


def left_alone(world: World, store: SimulatedStore, gluetun: str) -> bool:
    """A person may have ordered maintenance since the step was planned."""
    return maintenance_window.of(store.load()[0], gluetun, world.moment()) is not None


def _cycle(world: World, name: str) -> Iterator[float]:
    tunnel = world.tunnels[name]
    world.note_networks()
    tunnel.cycle_down()
    yield 0.1
    if world.containers.get(name) is not None and world.containers[name].running:
        tunnel.cycle_up(world.mono)


def _on_container(world: World, action: str, container: SimulatedContainer) -> Iterator[float]:
    if action == want.RESTART:
        # The daemon stops and starts it whatever becomes of who asked.
        world.order(lambda: world.restart(container))
        yield STOPPING
    elif action == want.UNPAUSE:
        world.order(lambda: world.unpause(container))
    else:
        world.order(lambda: world.start(container))
    yield MOMENT
