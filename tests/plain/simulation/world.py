# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulated host: its clocks, its containers and what Docker does to them."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable

from ansible_collections.acestream.vpn.plugins.module_utils._model.maintenance_window import Moment

from tests.plain.simulation.containers import (
    KILLED,
    RESTART_DELAY,
    RESTARTS,
    START_FAILED,
    Refused,
    SimulatedContainer,
    Unanswered,
)
from tests.plain.simulation.processes import EngineProcess, Tunnel

LABEL = "acestream.vpn_container"
#: A world has the first of them, as many as it is told.
GLUETUNS = ("vpn1", "vpn2", "vpn3")
#: Engine: its gluetun, and for how long it goes on saying "connected" without a network (one says so for ever).
ENGINES = {"eng1": ("vpn1", 0.0), "eng2": ("vpn1", 8.0), "eng3": ("vpn2", 1e9), "eng7": ("vpn3", 4.0)}
#: The engine of each gluetun that has its forwarded port.
FORWARDED = ("eng1", "eng3", "eng7")
LABEL_FORWARDED = "acestream.forwarded"
#: The ports that the engines of each gluetun may have.
RANGES = {"vpn1": (19000, 19039), "vpn2": (19500, 19539), "vpn3": (20000, 20039)}
#: Containers that are none of this collection's business: one shares vpn1's network without a label, one is another
#: VPN, and one is labelled for that other VPN.
BYSTANDERS = {"bystander": "vpn1", "vpn9": None, "foreign": "vpn9"}
ASIDE = ".aside"
#: When the world begins, epoch seconds.
EPOCH = 1_700_000_000.0


class World:
    """One Docker host.

    :ivar gluetuns: the names of its gluetuns; ``declared``: the engines that it begins with.
    :ivar mono: seconds that have passed, on the clock that never jumps and that tells the truth.
    :ivar age: the same, but for every leap of the host's clock into the future: what had to be waited for by its clock.
    :ivar docker: ok; hang: it answers nobody; flaky: it answers every other question.
    """

    def __init__(self, vpns: int = 2) -> None:
        self.gluetuns = GLUETUNS[:vpns]
        self.declared = {name: item for name, item in ENGINES.items() if item[0] in self.gluetuns}
        self.mono = 100.0
        self.age = 100.0
        self.boot = 1
        self.booted = 0.0
        self._ahead = EPOCH
        self.docker = "ok"
        self._questions = 0
        self._numbers = 100
        self._namespaces = 10
        self.proc_visible = True
        self.containers: dict[str, SimulatedContainer] = {}
        self.tunnels: dict[str, Tunnel] = {}
        self.engine_processes: dict[str, EngineProcess] = {}
        self.api = dict.fromkeys(self.gluetuns, "ok")
        self.probe = dict.fromkeys(self.gluetuns, "ok")
        self._late: list[Callable[[], None]] = []
        for name in self.gluetuns:
            self.tunnels[name] = Tunnel()
            self.start(self.make(name))
        for name, (gluetun, sticky) in self.declared.items():
            self.engine_processes[name] = EngineProcess(sticky=sticky)
            self.start(self.make_engine(name, gluetun))
        for name, gluetun in BYSTANDERS.items():
            container = self.make(name)
            if gluetun is not None:
                container.network_mode = f"container:{self.containers[gluetun].id}"
            if name == "foreign":
                container.labels = {LABEL: "vpn9"}
            self.start(container)

    # Clocks

    def wall(self) -> float:
        return self.mono + self._ahead

    def tick(self) -> float:
        return self.mono - self.booted

    def moment(self) -> Moment:
        return Moment(self.wall(), self.tick(), str(self.boot))

    def jump(self, seconds: float) -> None:
        """Somebody sets the host's clock."""
        self._ahead += seconds
        self.age += max(0.0, seconds)

    def advance(self, seconds: float) -> None:
        end = self.mono + seconds
        while True:
            changing = [each for each in self.containers.values() if _changes(each) <= end]
            if not changing:
                break
            container = min(changing, key=lambda each: (_changes(each), each.name))
            self._pass(max(self.mono, _changes(container)))
            dies, container.wakes, container.ends = container.ends is not None, None, None
            if dies:
                self.crash(container)
            elif container.state == "restarting":
                container.state = "exited"
                self._try_start(container)
        self._pass(end)

    def _pass(self, moment: float) -> None:
        self.age += moment - self.mono
        self.mono = moment
        self.note_networks()

    def note_networks(self) -> None:
        """Keep when each engine last had a network: before anything changes, and whenever time has passed."""
        for name, tunnel in self.tunnels.items():
            if self.gluetun_works(name):
                tunnel.interface = True
        for name, process in self.engine_processes.items():
            if self.network_since(name) is not None:
                process.network_ok = self.mono

    # What is true

    def gluetun_works(self, name: str) -> bool:
        container = self.containers.get(name)
        return container is not None and container.running and self.tunnels[name].works(self.mono)

    def network_since(self, engine: str) -> float | None:
        """Since when an engine has had a network that works; None: it has none."""
        container = self.containers.get(engine)
        if container is None or not container.running or LABEL not in container.labels:
            return None
        gluetun = container.labels[LABEL]
        if not self.is_joined(container) or not self.gluetun_works(gluetun):
            return None
        return self.tunnels[gluetun].works_since()

    def is_joined(self, engine: SimulatedContainer) -> bool:
        """It lives in the namespace that its gluetun lives in now."""
        parent = self.containers.get(engine.labels.get(LABEL, ""))
        return parent is not None and parent.running and engine.alive and engine.netns == parent.netns

    def engine_usable(self, name: str) -> bool:
        process, since = self.engine_processes[name], self.network_since(name)
        return since is not None and process.answers(self.mono) and process.connected(self.mono, since)

    # Docker

    def make(self, name: str, **options) -> SimulatedContainer:
        self._numbers += 1
        container = SimulatedContainer(name, self._numbers, **options)
        self.containers[name] = container
        return container

    def make_engine(self, name: str, gluetun: str) -> SimulatedContainer:
        """One of the engines that the world began with."""
        port = RANGES[gluetun][0] + list(ENGINES).index(name)
        where = {"network_mode": f"container:{self.containers[gluetun].id}", "http_port": port}
        if name not in FORWARDED:
            return self.make(name, labels={LABEL: gluetun}, p2p_port=port + 20, **where)
        labels = {LABEL: gluetun, LABEL_FORWARDED: "true"}
        return self.make(name, labels=labels, p2p_port=self.tunnels[gluetun].provider_port, **where)

    def is_forwarded(self, engine: str) -> bool:
        container = self.containers.get(engine)
        return container is not None and LABEL_FORWARDED in container.labels

    def by_id(self, identity: str | None) -> SimulatedContainer | None:
        return next((container for container in self.containers.values() if container.id == identity), None)

    def answer(self) -> None:
        """Ask Docker anything.

        :raises Unanswered: it hangs.
        """
        self._questions += 1
        if self.docker == "hang" or (self.docker == "flaky" and self._questions % 2):
            raise Unanswered("Docker did not answer in time")

    def order(self, act: Callable[[], None]) -> None:
        """Tell Docker to do something; where it hangs, it may do so once it comes to itself, or never.

        :raises Refused: it would not.
        :raises Unanswered: nobody knows.
        """
        try:
            self.answer()
        except Unanswered:
            if self._questions % 3:
                self._late.append(act)
            raise
        act()

    def docker_is(self, mode: str) -> None:
        self.docker = mode
        if mode == "ok":
            late, self._late = self._late, []
            for act in late:
                with contextlib.suppress(Refused):
                    act()

    def start(self, container: SimulatedContainer) -> None:
        self.note_networks()
        container.told_to_stop = False
        if container.state == "paused":
            raise Refused("cannot start a paused container, try unpause instead")
        if not container.running:
            self._start_processes(container)

    def _try_start(self, container: SimulatedContainer) -> None:
        with contextlib.suppress(Refused):
            self._start_processes(container)

    def _start_processes(self, container: SimulatedContainer) -> None:
        namespace = self._namespace_for(container)
        container.state, container.netns, container.wakes = "running", namespace, None
        container.exit_code, container.error = 0, ""
        container.ends = None if container.lives is None else self.mono + container.lives
        container.started_at, container.started_mono = self.wall(), self.mono
        self._numbers += 1
        if container.name in self.tunnels:
            self.tunnels[container.name].start(self.mono)
        elif container.name in self.engine_processes:
            self.engine_processes[container.name].start(self.mono)

    def _namespace_for(self, container: SimulatedContainer) -> int:
        if container.parent_id is None:
            self._namespaces += 1
            return self._namespaces
        parent = self.by_id(container.parent_id)
        if parent is None or not parent.running:
            what = "No such container" if parent is None else "cannot join network of a non running container"
            container.exit_code, container.error = START_FAILED, f"{what}: {container.parent_id[:12]}"
            raise Refused(container.error)
        return parent.netns

    def halt(self, container: SimulatedContainer, code: int = 0) -> None:
        """Its processes end, and nobody starts them again for now."""
        self.note_networks()
        if not container.alive and container.state != "restarting":
            return
        container.state, container.netns, container.wakes, container.ends = "exited", 0, None, None
        container.exit_code, container.finished_at = code, self.wall()
        container.halted_mono = self.mono
        if container.name in self.engine_processes:
            self.engine_processes[container.name].streams = 0

    def stop(self, container: SimulatedContainer) -> None:
        container.told_to_stop = True
        self.halt(container)

    def restart(self, container: SimulatedContainer) -> None:
        if container.state == "paused":
            raise Refused("the container is paused")
        self.halt(container)
        self.start(container)

    def crash(self, container: SimulatedContainer) -> None:
        """Its processes die; Docker starts them again where its policy says so."""
        if not container.alive:
            return
        self.halt(container, KILLED)
        if container.restart_policy in RESTARTS and not container.told_to_stop:
            container.state, container.wakes = "restarting", self.mono + RESTART_DELAY

    def pause(self, container: SimulatedContainer) -> None:
        self.note_networks()
        if container.running:
            container.state, container.halted_mono = "paused", self.mono

    def unpause(self, container: SimulatedContainer) -> None:
        if container.state == "paused":
            container.state = "running"

    def remove(self, container: SimulatedContainer) -> None:
        self.halt(container, KILLED)
        for name, other in list(self.containers.items()):
            if other is container:
                del self.containers[name]

    def rename(self, container: SimulatedContainer, name: str) -> None:
        for old, other in list(self.containers.items()):
            if other is container:
                del self.containers[old]
        container.name = name
        self.containers[name] = container

    def reboot(self, backwards: bool) -> None:
        """The host goes down and comes up: Docker starts what its policy says, in no useful order."""
        for container in self.containers.values():
            self.halt(container, KILLED)
        self._late.clear()
        self.advance(20.0)
        self.boot, self.booted = self.boot + 1, self.mono
        containers = sorted(self.containers.values(), key=lambda each: each.name, reverse=backwards)
        for container in containers:
            by_policy = container.restart_policy == "always" or (
                container.restart_policy in RESTARTS and not container.told_to_stop
            )
            if container.state == "exited" and by_policy:
                self._try_start(container)


def _changes(container: SimulatedContainer) -> float:
    """When it ends, or is started again, by itself."""
    return min((at for at in (container.wakes, container.ends) if at is not None), default=math.inf)
