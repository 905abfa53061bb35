# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the module C(engine) does for the steps of a scenario: look again under the lock, choose, write down, act."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from ansible_collections.acestream.vpn.plugins.module_utils._act import desired_engine as want
from ansible_collections.acestream.vpn.plugins.module_utils._act import recreate_next as sequence
from ansible_collections.acestream.vpn.plugins.module_utils._model.attempts import engines_mended, port_given
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Container
from ansible_collections.acestream.vpn.plugins.module_utils._model.steps import Step
from ansible_collections.acestream.vpn.plugins.module_utils._run.converge import Look

from tests.plain.simulation.containers import Refused, SimulatedContainer, Unanswered
from tests.plain.simulation.looks import Truth, inspect, namespace, streams
from tests.plain.simulation.mend_gluetun import left_alone
from tests.plain.simulation.shared import SimulatedStore
from tests.plain.simulation.watcher import EngineOrder, Watcher
from tests.plain.simulation.world import ASIDE, World

MOMENT = 0.05
#: Which steps of a recreation are made with the container that was put aside.
_ON_OLD = (sequence.CREATE, sequence.STOP_OLD, sequence.REMOVE_OLD)


def mend_engines(
    who: str,
    world: World,
    store: SimulatedStore,
    watcher: Watcher,
    steps: list[Step],
    look: Look,
    truth: Truth,
) -> Iterator[float]:
    """:param look: the one that led to the steps."""
    yield MOMENT
    yield from store.lock(who)
    try:
        choices = [(step, *_choose(world, step)) for step in steps if not left_alone(world, store, step.vpn)]
        due = [(step, choice, *seen) for step, choice, *seen in choices if choice.action != want.NOTHING]
        if not due:
            return
        yield MOMENT
        mended = {step.engine: step.vpn for step, choice, *_seen in due if not choice.for_port}
        given = {step.engine: step.vpn for step, choice, *_seen in due if _gives_port(world, step, choice)}
        now = world.wall()
        store.update(lambda memory: (port_given(engines_mended(memory, mended, now), given, now), None))
        for step, choice, parent, engine in due:
            yield MOMENT
            try:
                before = _is_as_before(world, step.vpn, parent) and _is_same_start(world, step.engine, choice, engine)
                if before and not left_alone(world, store, step.vpn):
                    order = EngineOrder(step, choice.action, look, truth, world.mono)
                    yield from _carry_out(world, watcher, order, parent)
            except (Refused, Unanswered):
                pass  # it is in the journal, and keeps its place on the ladder
    finally:
        store.unlock(who)


def _gives_port(world: World, step: Step, choice: want.Choice) -> bool:
    container = world.containers.get(step.engine) or world.containers.get(step.engine + ASIDE)
    return container is not None and choice.action == want.RECREATE and step.p2p_port not in (None, container.p2p_port)


def _choose(world: World, step: Step) -> tuple[want.Choice, Container | None, Container | None]:
    now = world.wall()
    wish = want.Wish(want.STARTED, step.since, step.drain_until, p2p_port=step.p2p_port)
    gluetun, known = None, False
    try:
        gluetun, known = inspect(world, step.vpn), True
        container, aside = inspect(world, step.engine), inspect(world, step.engine + ASIDE)
    except Unanswered:
        return want.choose(wish, want.Situation(known=False, gluetun=gluetun, gluetun_known=known), now), gluetun, None
    draining = step.drain_until is not None and now < step.drain_until
    running = container is not None and container.running
    seen = want.Situation(
        engine=container,
        aside=aside,
        gluetun=gluetun,
        netns=namespace(world, step.engine),
        gluetun_netns=namespace(world, step.vpn),
        streams=(streams(world, step.engine) if running else 0) if draining else None,
        p2p_port=world.containers[step.engine].p2p_port if container is not None else None,
    )
    return want.choose(wish, seen, now), gluetun, container


def _is_as_before(world: World, gluetun: str, before: Container) -> bool:
    """Its gluetun is looked at once more, for the other engines may have taken their time."""
    container = inspect(world, gluetun)
    return container is not None and container.running and container.id == before.id


def _is_same_start(world: World, name: str, choice: want.Choice, before: Container | None) -> bool:
    """The engine is looked at once more as well; a recreation does so before each of its steps."""
    if choice.action == want.RECREATE:
        return True
    now = inspect(world, name)
    if now is None or before is None:
        return now is before
    return (now.id, now.state, now.started_at) == (before.id, before.state, before.started_at)


def _carry_out(world: World, watcher: Watcher, order: EngineOrder, parent: Container) -> Iterator[float]:
    name = order.step.engine
    if order.action == want.RECREATE:
        yield from _recreate(world, watcher, order, parent)
        return
    container = world.containers.get(name)
    if container is None:
        raise Refused("No such container")
    watcher.acts_on_engine(order, container)
    if order.action == want.UNPAUSE:
        world.order(lambda: world.unpause(container))
    elif order.action == want.START:
        world.order(lambda: world.start(container))
    else:
        if container.state == "paused":
            world.order(lambda: world.unpause(container))
        world.order(lambda: world.restart(container))


def _recreate(world: World, watcher: Watcher, order: EngineOrder, parent: Container) -> Iterator[float]:
    """The steps of the collection's own sequence; a run that is killed between two of them is completed by the next."""
    name, checked = order.step.engine, False
    while True:
        new, old = world.containers.get(name), world.containers.get(name + ASIDE)
        step = sequence.next_step(_raw(new), _raw(old), parent.id, True, checked, order.step.p2p_port)
        if step in (sequence.DONE, sequence.NOTHING_LEFT):
            return
        if step == sequence.CHECK:
            checked = True
        else:
            watcher.acts_on_engine(order, old if step in _ON_OLD else new, step)
            try:
                world.order(lambda step=step, new=new, old=old: _make(world, order.step, parent, step, new, old))
            except Refused:
                _back(world, name)
                raise
        yield MOMENT


def _make(
    world: World,
    plan: Step,
    parent: Container,
    step: str,
    new: SimulatedContainer | None,
    old: SimulatedContainer | None,
) -> None:
    name = plan.engine
    if step == sequence.SET_ASIDE:
        if name + ASIDE not in world.containers and world.containers.get(name) is new:
            world.rename(new, name + ASIDE)
    elif step == sequence.CREATE:
        if name in world.containers:
            raise Refused("the name is taken")
        mode = f"container:{parent.id}"
        port = plan.p2p_port or old.p2p_port
        made = world.make(name, network_mode=mode, labels=dict(old.labels), restart_policy=old.restart_policy)
        made.p2p_port, made.http_port = port, old.http_port
    elif step == sequence.STOP_OLD:
        world.stop(old)
    elif step == sequence.START:
        world.start(new)
    elif step == sequence.REMOVE_OLD:
        world.remove(old)
    elif step == sequence.REMOVE_COPY:
        world.remove(new)


def _back(world: World, name: str) -> None:
    """Put the old one back, as far as that can be."""
    new, old = world.containers.get(name), world.containers.get(name + ASIDE)
    if old is None:
        return
    if new is not None:
        world.remove(new)
    world.rename(old, name)
    with contextlib.suppress(Refused):
        world.start(old)


def _raw(container: SimulatedContainer | None) -> dict[str, Any] | None:
    if container is None:
        return None
    command = {"Cmd": ["--port", str(container.p2p_port)]}
    return {
        "Config": command,
        "HostConfig": {"NetworkMode": container.network_mode},
        "State": {"Status": container.state},
    }
