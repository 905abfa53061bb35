# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Containers as a real Docker keeps them: what starts, what refuses to, and what shares whose network."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Container

#: Restart policies with which Docker starts again what ended by itself.
RESTARTS = ("always", "unless-stopped")
#: Seconds that Docker waits before it starts such a container again.
RESTART_DELAY = 1.0
#: What a start that Docker could not make leaves behind.
START_FAILED = 128
KILLED = 137


class Refused(Exception):
    """Docker would not."""


class Unanswered(Exception):
    """Docker did not answer."""


@dataclass
class SimulatedContainer:
    """One container. Times with C(_mono) are on the clock that never jumps.

    :ivar told_to_stop: by C(docker stop): no restart policy but C(always) after a reboot starts it again.
    :ivar netns: the namespace that its processes live in; 0: it has none.
    :ivar http_port, p2p_port: in its command line, of an engine.
    :ivar lives: it ends by itself so many seconds after each start; None: it does not.
    :ivar ends: when it does so next.
    :ivar wakes: when Docker will start it again, if it is in the state restarting.
    """

    name: str
    number: int
    network_mode: str = "bridge"
    restart_policy: str = "unless-stopped"
    labels: dict = field(default_factory=dict)
    state: str = "created"
    started_at: float | None = None
    started_mono: float = 0.0
    finished_at: float | None = None
    halted_mono: float = 0.0
    exit_code: int = 0
    error: str = ""
    told_to_stop: bool = False
    netns: int = 0
    lives: float | None = None
    ends: float | None = None
    wakes: float | None = None
    health: str = "healthy"
    p2p_port: int = 0
    http_port: int = 0

    def __post_init__(self) -> None:
        self.id = hashlib.sha256(f"{self.name} {self.number}".encode()).hexdigest()

    @property
    def running(self) -> bool:
        return self.state == "running"

    @property
    def alive(self) -> bool:
        """Its processes exist, frozen or not."""
        return self.state in ("running", "paused")

    @property
    def parent_id(self) -> str | None:
        mode, _colon, other = self.network_mode.partition(":")
        return other if mode == "container" else None

    def inspected(self) -> Container:
        """As C(docker inspect) describes it."""
        return Container(
            self.id,
            self.name,
            self.state,
            self.number if self.alive else 0,
            self.started_at,
            self.finished_at,
            self.exit_code,
            self.error,
            self.restart_policy,
            self.health if self.running else "none",
            self.network_mode,
            labels=self.labels,
        )
