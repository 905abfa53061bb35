# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a plan consists of: steps that are due now, and what comes next.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Dict, Optional, Tuple

CONNECTION_LOSS = "connection_loss"
CONTAINER_RESTART = "container_restart"
PORT_FORWARDING = "port_forwarding"
FAILOVER = "failover"
SCENARIOS = (CONNECTION_LOSS, CONTAINER_RESTART, PORT_FORWARDING, FAILOVER)

GLUETUN_START = "gluetun_start"
GLUETUN_CYCLE = "gluetun_cycle"
GLUETUN_RESTART = "gluetun_restart"
ENGINE_START = "engine_start"
ENGINE_RESTART = "engine_restart"
ENGINE_RECREATE = "engine_recreate"
ENGINE_CREATE = "engine_create"
ENGINE_REMOVE = "engine_remove"

#: How often a run that watches looks again, seconds (the specification's health check interval).
INTERVAL = 5.0


@dataclass(frozen=True)
class Step:
    """One thing to do, as a desired state: it is done when the container was started at or after ``since``.

    :ivar kind: one of the constants above.
    :ivar scenario: the specification's scenario that it belongs to.
    :ivar vpn: the gluetun.
    :ivar engine: the engine; None: the step is for the gluetun itself.
    :ivar since: epoch seconds.
    :ivar reason: the evidence, in words.
    :ivar drain_until: until then a live stream puts the step off; None: streams do not matter.
    :ivar count: how many engines are to be created.
    :ivar p2p_port: the engine's P2P port must be this one; None: it stays as it is.
    """

    kind: str
    scenario: str
    vpn: str
    since: float
    reason: str
    engine: Optional[str] = None
    drain_until: Optional[float] = None
    p2p_port: Optional[int] = None
    count: Optional[int] = None


@dataclass(frozen=True)
class Pending:
    """What comes next, and when at the latest; ``at`` None: when something changes, or a person acts.

    :ivar watch: a run that has time left should stay and see it through.
    """

    vpn: str
    what: str
    at: Optional[float] = None
    engine: Optional[str] = None
    watch: bool = False


@dataclass(frozen=True)
class Plan:
    steps: Tuple[Step, ...] = ()
    pending: Tuple[Pending, ...] = ()

    @property
    def settled(self) -> bool:
        """There is nothing to do, and nothing that is worth waiting for."""
        return not self.steps and not any(item.watch for item in self.pending)

    def as_dict(self) -> Dict[str, Any]:
        return {"steps": [asdict(item) for item in self.steps], "next": [asdict(item) for item in self.pending]}
