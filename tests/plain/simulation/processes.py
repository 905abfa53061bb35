# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes on inside the containers: a tunnel in a gluetun, an engine's server in an engine."""

from __future__ import annotations

from dataclasses import dataclass

#: Seconds from the start of a gluetun to its first status, and to its tunnel (measured on a real one).
STATUS_AFTER = 1.0
TUNNEL_AFTER = 3.0
#: Seconds from a provider's return to working egress.
RETURN_AFTER = 1.5
#: Seconds until the control server knows the public IP; longer where it has to notice that it changed.
IP_AFTER = 1.0
IP_STALE = 5.0
#: Seconds of an outage after which the control server forgets the public IP.
IP_FORGOTTEN = 88.0
#: Seconds from the start of an engine to its API, and from a working network to "connected".
API_AFTER = 2.0
CONNECTED_AFTER = 2.0


@dataclass
class Tunnel:
    """The tunnel of one gluetun, and the provider beyond it.

    :ivar stuck: what it takes to mend a tunnel that does not come back by itself: cycle or restart; empty: nothing.
    :ivar leak: seconds after a start in which connections still leave beside the tunnel.
    :ivar told_to_stop: PUT stopped, and no PUT running yet.
    :ivar provider_port: the port that the provider forwards; ``forwards``: it forwards one.
    :ivar gave_up: it was refused a port, and asks for none until the tunnel is cycled (Gluetun up to 3.41.1).
    :ivar interface: there is a tun device; it stays when the provider falls silent.
    """

    provider_up: bool = True
    provider_ip: int = 1
    provider_back: float = -1000.0
    started: float = 0.0
    up_from: float = 0.0
    leak: float = 0.5
    stuck: str = ""
    crashed: bool = False
    told_to_stop: bool = False
    known_ip: int = 0
    lost_at: float | None = None
    interface: bool = False
    provider_port: int = 45001
    forwards: bool = True
    gave_up: bool = False

    def start(self, now: float) -> None:
        self.started, self.up_from = now, now + TUNNEL_AFTER
        self.stuck, self.crashed, self.told_to_stop, self.known_ip, self.interface = "", False, False, 0, False
        self.gave_up = False

    def cycle_down(self) -> None:
        self.told_to_stop, self.known_ip, self.interface = True, 0, False

    def cycle_up(self, now: float) -> None:
        self.told_to_stop = self.gave_up = False
        self.up_from = now + 0.5
        if self.stuck == "cycle":
            self.stuck = ""

    def works_since(self) -> float:
        return max(self.up_from, self.provider_back + RETURN_AFTER)

    def works(self, now: float) -> bool:
        """Traffic gets through the tunnel. The container must be running as well."""
        hindered = self.stuck or self.crashed or self.told_to_stop or not self.provider_up
        return not hindered and now >= self.works_since()

    def leaks(self, now: float) -> bool:
        return now < self.started + self.leak

    def status(self, now: float) -> str:
        if self.told_to_stop:
            return "stopped"
        if now < self.started + STATUS_AFTER:
            return "starting"
        return "crashed" if self.crashed else "running"

    def port(self, now: float) -> int:
        """What the control server says of the forwarded port; 0: none."""
        if not self.works(now):
            return 0
        self.gave_up = self.gave_up or not self.forwards
        return 0 if self.gave_up else self.provider_port

    def ip(self, now: float) -> str:
        """What the control server says of the public IP; empty: it knows none."""
        if self.works(now):
            self.lost_at = None
            working = now - self.works_since()
            if working >= (IP_STALE if self.known_ip else IP_AFTER):
                self.known_ip = self.provider_ip
        elif self.lost_at is None:
            self.lost_at = now
        elif now - self.lost_at >= IP_FORGOTTEN:
            self.known_ip = 0
        return f"203.0.113.{self.known_ip}" if self.known_ip else ""


@dataclass
class EngineProcess:
    """The engine's own process.

    :ivar sticky: for how long it goes on saying "connected" after it has lost the network, seconds.
    :ivar hanging: its API does not answer until it is started again.
    :ivar deaf: it stays unconnected until it is started again.
    :ivar broken: it stays unconnected however often it is started, until a person sees to it.
    :ivar network_ok: when it last had a network that works.
    """

    started: float = 0.0
    sticky: float = 4.0
    hanging: bool = False
    deaf: bool = False
    broken: bool = False
    network_ok: float | None = None
    streams: int = 0

    def start(self, now: float) -> None:
        self.started, self.hanging, self.deaf, self.network_ok, self.streams = now, False, False, None, 0

    def answers(self, now: float) -> bool:
        return not self.hanging and now >= self.started + API_AFTER

    def connected(self, now: float, network_since: float | None) -> bool:
        """What it says. C(network_since): since when its network works; None: it does not."""
        if self.deaf or self.broken:
            return False
        if network_since is not None and now >= max(network_since, self.started + API_AFTER) + CONNECTED_AFTER:
            return True
        return self.network_ok is not None and now - self.network_ok <= self.sticky
