# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulated host: its clocks, its containers and what Docker does to them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from ansible_collections.acestream.vpn.plugins.module_utils._model.maintenance_window import Moment

from tests.plain.simulation.boxes import KILLED, RESTART_DELAY, RESTARTS, START_FAILED, Box, Refused, Unanswered
from tests.plain.simulation.insides import Player, Tunnel

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
        self.boxes: dict[str, Box] = {}
        self.tunnels: dict[str, Tunnel] = {}
        self.players: dict[str, Player] = {}
        self.api = dict.fromkeys(self.gluetuns, "ok")
        self.probe = dict.fromkeys(self.gluetuns, "ok")
        self._late: list[Callable[[], None]] = []
        for name in self.gluetuns:
            self.tunnels[name] = Tunnel()
            self.start(self.make(name))
        for name, (gluetun, sticky) in self.declared.items():
            self.players[name] = Player(sticky=sticky)
            self.start(self.make_engine(name, gluetun))
        for name, gluetun in BYSTANDERS.items():
            box = self.make(name)
            if gluetun is not None:
                box.network_mode = f"container:{self.boxes[gluetun].id}"
            if name == "foreign":
                box.labels = {LABEL: "vpn9"}
            self.start(box)

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
            waking = [box for box in self.boxes.values() if box.wakes is not None and box.wakes <= end]
            if not waking:
                break
            box = min(waking, key=lambda box: (box.wakes, box.name))
            self._pass(max(self.mono, box.wakes))
            box.wakes = None
            if box.state == "restarting":
                box.state = "exited"
                self._try_start(box)
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
        for name, player in self.players.items():
            if self.network_since(name) is not None:
                player.network_ok = self.mono

    # What is true

    def gluetun_works(self, name: str) -> bool:
        box = self.boxes.get(name)
        return box is not None and box.running and self.tunnels[name].works(self.mono)

    def network_since(self, engine: str) -> float | None:
        """Since when an engine has had a network that works; None: it has none."""
        box = self.boxes.get(engine)
        if box is None or not box.running or LABEL not in box.labels:
            return None
        gluetun = box.labels[LABEL]
        if not self.is_joined(box) or not self.gluetun_works(gluetun):
            return None
        return self.tunnels[gluetun].works_since()

    def is_joined(self, engine: Box) -> bool:
        """It lives in the namespace that its gluetun lives in now."""
        parent = self.boxes.get(engine.labels.get(LABEL, ""))
        return parent is not None and parent.running and engine.alive and engine.netns == parent.netns

    def engine_usable(self, name: str) -> bool:
        player, since = self.players[name], self.network_since(name)
        return since is not None and player.answers(self.mono) and player.connected(self.mono, since)

    # Docker

    def make(self, name: str, **options) -> Box:
        self._numbers += 1
        box = Box(name, self._numbers, **options)
        self.boxes[name] = box
        return box

    def make_engine(self, name: str, gluetun: str) -> Box:
        """One of the engines that the world began with."""
        port = RANGES[gluetun][0] + list(ENGINES).index(name)
        where = {"network_mode": f"container:{self.boxes[gluetun].id}", "http_port": port}
        if name not in FORWARDED:
            return self.make(name, labels={LABEL: gluetun}, p2p_port=port + 20, **where)
        labels = {LABEL: gluetun, LABEL_FORWARDED: "true"}
        return self.make(name, labels=labels, p2p_port=self.tunnels[gluetun].provider_port, **where)

    def is_forwarded(self, engine: str) -> bool:
        box = self.boxes.get(engine)
        return box is not None and LABEL_FORWARDED in box.labels

    def by_id(self, identity: str | None) -> Box | None:
        return next((box for box in self.boxes.values() if box.id == identity), None)

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

    def start(self, box: Box) -> None:
        self.note_networks()
        box.told_to_stop = False
        if box.state == "paused":
            raise Refused("cannot start a paused container, try unpause instead")
        if not box.running:
            self._start_processes(box)

    def _try_start(self, box: Box) -> None:
        with contextlib.suppress(Refused):
            self._start_processes(box)

    def _start_processes(self, box: Box) -> None:
        namespace = self._namespace_for(box)
        box.state, box.netns, box.error, box.exit_code, box.wakes = "running", namespace, "", 0, None
        box.started_at, box.started_mono = self.wall(), self.mono
        self._numbers += 1
        if box.name in self.tunnels:
            self.tunnels[box.name].start(self.mono)
        elif box.name in self.players:
            self.players[box.name].start(self.mono)

    def _namespace_for(self, box: Box) -> int:
        if box.parent_id is None:
            self._namespaces += 1
            return self._namespaces
        parent = self.by_id(box.parent_id)
        if parent is None or not parent.running:
            what = "No such container" if parent is None else "cannot join network of a non running container"
            box.exit_code, box.error = START_FAILED, f"{what}: {box.parent_id[:12]}"
            raise Refused(box.error)
        return parent.netns

    def halt(self, box: Box, code: int = 0) -> None:
        """Its processes end, and nobody starts them again for now."""
        self.note_networks()
        if not box.alive and box.state != "restarting":
            return
        box.state, box.netns, box.exit_code, box.finished_at, box.wakes = "exited", 0, code, self.wall(), None
        box.halted_mono = self.mono
        if box.name in self.players:
            self.players[box.name].streams = 0

    def stop(self, box: Box) -> None:
        box.told_to_stop = True
        self.halt(box)

    def restart(self, box: Box) -> None:
        if box.state == "paused":
            raise Refused("the container is paused")
        self.halt(box)
        self.start(box)

    def crash(self, box: Box) -> None:
        """Its processes die; Docker starts them again where its policy says so."""
        if not box.alive:
            return
        self.halt(box, KILLED)
        if box.restart_policy in RESTARTS and not box.told_to_stop:
            box.state, box.wakes = "restarting", self.mono + RESTART_DELAY

    def pause(self, box: Box) -> None:
        self.note_networks()
        if box.running:
            box.state, box.halted_mono = "paused", self.mono

    def unpause(self, box: Box) -> None:
        if box.state == "paused":
            box.state = "running"

    def remove(self, box: Box) -> None:
        self.halt(box, KILLED)
        for name, other in list(self.boxes.items()):
            if other is box:
                del self.boxes[name]

    def rename(self, box: Box, name: str) -> None:
        for old, other in list(self.boxes.items()):
            if other is box:
                del self.boxes[old]
        box.name = name
        self.boxes[name] = box

    def reboot(self, backwards: bool) -> None:
        """The host goes down and comes up: Docker starts what its policy says, in no useful order."""
        for box in self.boxes.values():
            self.halt(box, KILLED)
        self._late.clear()
        self.advance(20.0)
        self.boot, self.booted = self.boot + 1, self.mono
        boxes = sorted(self.boxes.values(), key=lambda box: box.name, reverse=backwards)
        for box in boxes:
            by_policy = box.restart_policy == "always" or (box.restart_policy in RESTARTS and not box.told_to_stop)
            if box.state == "exited" and by_policy:
                self._try_start(box)
