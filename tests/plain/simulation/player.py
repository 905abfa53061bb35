# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays a script: one world, its programs, its faults, and in the end the proof that all mends itself."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from ansible_collections.acestream.vpn.plugins.module_utils._model import maintenance_window
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy

from tests.plain.simulation.containers import RESTARTS, Refused, SimulatedContainer
from tests.plain.simulation.maintenance import BIT
from tests.plain.simulation.processes import EngineProcess
from tests.plain.simulation.run import Eye, Run
from tests.plain.simulation.script import Step
from tests.plain.simulation.shared import SimulatedStore
from tests.plain.simulation.violation import Violation
from tests.plain.simulation.watcher import Watcher
from tests.plain.simulation.world import ASIDE, GLUETUNS, LABEL, World

#: The longest maintenance that a script orders, seconds.
LONGEST = 3600.0


@dataclass
class Program:
    """A run that is under way.

    :ivar wakes: when it goes on, mono.
    """

    run: Run
    going: Iterator[float]
    wakes: float


class Player:
    """One world and what goes on in it.

    :ivar steps: how many things happened: words of the script, and steps that programs made.
    """

    def __init__(self, policy: Policy | None = None, vpns: int = 2) -> None:
        self.policy = policy or Policy()
        self.world = World(vpns)
        self.watcher = Watcher(self.world, self.policy)
        self.store = SimulatedStore(self.watcher)
        self.programs: dict[str, Program] = {}
        self.steps = 0
        self._exporter = Eye(self.world, self.store, self.watcher, self.policy, False)
        self._exporter_boot = 0
        self.world.advance(30.0)

    def play(self, script: list[Step]) -> None:
        elsewhere = set(GLUETUNS) - set(self.world.gluetuns)
        for word, *arguments in script:
            self.steps += 1
            if elsewhere.intersection(map(str, arguments)):
                continue  # this world has no such VPN
            getattr(self, f"do_{word}")(*arguments)

    # Time and programs

    def do_wait(self, seconds: float) -> None:
        end = self.world.mono + seconds
        while self.programs:
            name, program = min(self.programs.items(), key=lambda item: (item[1].wakes, item[0]))
            if program.wakes >= end:
                break
            self.world.advance(max(0.0, program.wakes - self.world.mono))
            self._go_on(name, program)
        self.world.advance(max(0.0, end - self.world.mono))

    def _go_on(self, name: str, program: Program) -> float:
        self.steps += 1
        try:
            takes = next(program.going)
        except StopIteration:
            del self.programs[name]
            return 0.0
        program.wakes = self.world.mono + takes
        return takes

    def do_run(self, name: str, watch_for: float, reset: bool = False) -> None:
        if name not in self.programs:
            run = Run(name, self.world, self.store, self.watcher, self.policy, watch_for, reset)
            self.programs[name] = Program(run, run.go(), self.world.mono)

    def do_reset_run(self, name: str) -> None:
        self.do_run(name, 0, True)

    def do_go(self, name: str, steps: int) -> None:
        """That run goes on and the others do not get the processor."""
        for _each in range(steps):
            program = self.programs.get(name)
            if program is None:
                return
            self.world.advance(self._go_on(name, program))

    def do_kill(self, name: str) -> None:
        program = self.programs.pop(name, None)
        if program is not None:
            program.going.close()

    def do_freeze(self, name: str, seconds: float) -> None:
        if name in self.programs:
            self.programs[name].wakes += seconds

    def do_exporter(self) -> None:
        self.do_exporter_sees()
        self._exporter.add()

    def do_exporter_sees(self) -> None:
        """It sees something and is slow to say so: what it saw last is added now."""
        if self._exporter_boot == self.world.boot:
            self._exporter.add()
        self._exporter.see()
        self._exporter_boot = self.world.boot

    # The VPN

    def do_provider_down(self, name: str) -> None:
        self.world.note_networks()
        self.world.tunnels[name].provider_up = False

    def do_provider_up(self, name: str) -> None:
        tunnel = self.world.tunnels[name]
        if not tunnel.provider_up:
            tunnel.provider_up, tunnel.provider_back = True, self.world.mono

    def do_provider_blink(self, name: str, seconds: float) -> None:
        self.do_provider_down(name)
        self.do_wait(seconds)
        self.do_provider_up(name)

    def do_new_ip(self, name: str) -> None:
        """The provider gives another one at the next connection; a connection that stands keeps its own."""
        tunnel = self.world.tunnels[name]
        if not tunnel.provider_up:
            tunnel.provider_ip += 1

    def do_other_port(self, name: str) -> None:
        """The provider hands out another port from now on."""
        self.world.tunnels[name].provider_port += 1

    def do_port_gone(self, name: str) -> None:
        self.world.tunnels[name].forwards = False

    def do_port_back(self, name: str) -> None:
        self.world.tunnels[name].forwards = True

    def do_tunnel_stuck(self, name: str, until: str) -> None:
        self.world.note_networks()
        self.world.tunnels[name].stuck = until

    def do_tunnel_crashed(self, name: str) -> None:
        self.world.note_networks()
        self.world.tunnels[name].crashed = True

    def do_leak(self, name: str, seconds: float) -> None:
        self.world.tunnels[name].leak = seconds

    # What hinders looking

    def do_api(self, name: str, mode: str) -> None:
        self.world.api[name] = mode

    def do_probe(self, name: str, mode: str) -> None:
        self.world.probe[name] = mode

    def do_docker(self, mode: str) -> None:
        self.world.docker_is(mode)

    def do_proc_visible(self, visible: bool) -> None:
        self.world.proc_visible = visible

    def do_health(self, name: str, health: str) -> None:
        if name in self.world.containers:
            self.world.containers[name].health = health

    # Engines

    def do_engine_hangs(self, name: str) -> None:
        self._process(name).hanging = True

    def do_engine_deaf(self, name: str) -> None:
        self._process(name).deaf = True

    def do_engine_broken(self, name: str) -> None:
        self._process(name).broken = True

    def do_play(self, name: str) -> None:
        """Somebody plays a stream, where the documents offer the engine and it works."""
        shown = self.store.memory.engines.get(name)
        if shown is not None and shown.shown and self.world.engine_usable(name):
            self.world.engine_processes[name].streams += 1

    def do_hang_up(self, name: str) -> None:
        self._process(name).streams = 0

    def _process(self, name: str) -> EngineProcess:
        """The process of an engine; one of nobody where there is no such engine."""
        return self.world.engine_processes.get(name, EngineProcess())

    # Containers: persons, and what happens by itself

    def _with(self, name: str, act) -> None:
        container: SimulatedContainer | None = self.world.containers.get(name)
        if container is None:
            return
        self.world.note_networks()
        with contextlib.suppress(Refused):
            act(container)

    def do_crash(self, name: str) -> None:
        self._with(name, self.world.crash)

    def do_crash_loop(self, name: str, lives: float) -> None:
        if name in self.world.containers:
            self.world.containers[name].lives = lives
            self.do_crash(name)

    def do_stop(self, name: str) -> None:
        self._with(name, self.world.stop)

    def do_start(self, name: str) -> None:
        self._with(name, self.world.start)

    def do_restart(self, name: str) -> None:
        self._with(name, self.world.restart)

    def do_pause(self, name: str) -> None:
        self._with(name, self.world.pause)

    def do_unpause(self, name: str) -> None:
        self._with(name, self.world.unpause)

    def do_restart_policy(self, name: str, policy: str) -> None:
        if name in self.world.containers:
            self.world.containers[name].restart_policy = policy

    def do_remove_engine(self, name: str) -> None:
        self._with(name, self.world.remove)

    def do_remove_gluetun(self, name: str) -> None:
        self._with(name, self.world.remove)

    def do_recreate_gluetun(self, name: str) -> None:
        self.do_remove_gluetun(name)
        self.world.start(self.world.make(name))

    def do_maintenance(self, name: str, seconds: float) -> None:
        now = self.world.moment()
        said, _none = self.store.update(
            lambda memory: maintenance_window.put(memory, [name], now.at + seconds, "why", now)
        )
        if any(item.kind == "maintenance_began" for item in said):
            self.watcher.maintenance.begins(name, seconds)

    def do_maintenance_ended(self, name: str) -> None:
        self.watcher.maintenance.ends(name)
        self.store.update(lambda memory: maintenance_window.lift(memory, [name], self.world.moment()))

    # The host

    def do_reboot(self, backwards: bool) -> None:
        for name in list(self.programs):
            self.do_kill(name)
        self.world.reboot(backwards)

    def do_clock(self, seconds: float) -> None:
        self.world.jump(seconds)
        self.watcher.jumped = self.world.mono
        self.watcher.maintenance.clock_was_set()
        if seconds < 0:
            self.watcher.jumped_back = self.world.mono

    # The end

    def heal(self) -> None:
        """The world is well: providers are back, everything can be seen, and persons put back what they took away."""
        self.do_docker("ok")
        self.world.proc_visible = True
        self._maintenance_ends_by_itself()
        # A start that lies ahead, because the clock was set back, puts restarts off until the clock has come so far.
        ahead = max(container.started_at or 0.0 for container in self.world.containers.values()) - self.world.wall()
        self.do_wait(max(0.0, ahead))
        for container in self.world.containers.values():
            container.lives = container.ends = None
        for name in self.world.gluetuns:
            self.do_provider_up(name)
            self.do_port_back(name)
            self.world.api[name] = self.world.probe[name] = "ok"
            if name not in self.world.containers:
                self.world.make(name)
        for name, process in self.world.engine_processes.items():
            self.do_hang_up(name)
            process.broken = False
        if not self.policy.min_replicas:
            self._make_what_is_missing()
        for name in self.world.gluetuns + tuple(self.world.engine_processes):
            container = self.world.containers.get(name)
            if container is None:
                continue
            # Where Docker would have started it by its policy, it looks as if a person had stopped it.
            looks_stopped = container.restart_policy in RESTARTS and not container.error
            stopped = container.state == "exited" and (container.told_to_stop or looks_stopped)
            if container.state == "paused":
                self.do_unpause(name)
            elif stopped or self.policy.start_stopped == "never":
                self._start_by_hand(name)

    def _make_what_is_missing(self) -> None:
        """Where there is no pool, a person makes again what a person has removed."""
        for name, (gluetun, _sticky) in self.world.declared.items():
            if name not in self.world.containers and name + ASIDE not in self.world.containers:
                self._with(gluetun, lambda container: self.world.start(container) if not container.alive else None)
                self.world.make_engine(name, gluetun)

    def _maintenance_ends_by_itself(self) -> None:
        self.do_exporter()
        now = self.world.moment()
        rest = max((maintenance_window.left(item, now) for item in self.store.memory.maintenance.values()), default=0.0)
        if rest > LONGEST:
            raise Violation(f"a maintenance goes on for {rest:.0f} s")
        self.do_wait(max(0.0, rest) + BIT)
        self.do_exporter()
        if self.store.memory.maintenance:
            raise Violation("a maintenance does not end")

    def _start_by_hand(self, name: str) -> None:
        self.do_start(name)
        container = self.world.containers[name]
        parent = self.world.containers.get(container.labels.get(LABEL, ""))
        if container.error and self.policy.start_stopped == "never" and parent is not None and parent.running:
            self.world.remove(container)
            self.world.start(self.world.make_engine(name, container.labels[LABEL]))

    def _engines(self) -> list[str]:
        """Those that should be there."""
        if not self.policy.min_replicas:
            return list(self.world.declared)
        return [name for name in self.world.containers if name in self.world.engine_processes]

    @property
    def well(self) -> list[str]:
        """The engines that are not both usable and shown."""
        wrong = self.watcher.pool.wrong()
        for name in self._engines():
            shown = self.store.memory.engines.get(name)
            engine = self.world.containers.get(name)
            if engine is None or LABEL not in engine.labels or not self.world.engine_usable(name):
                wrong.append(f"{name} does not work")
            elif self.world.is_forwarded(name) and engine.p2p_port != self.world.tunnels[engine.labels[LABEL]].port(
                self.world.mono
            ):
                wrong.append(f"{name} does not have the forwarded port")
            elif shown is None or not shown.shown:
                wrong.append(f"{name} is not shown: {shown.reason if shown else 'never seen'}")
        return wrong
