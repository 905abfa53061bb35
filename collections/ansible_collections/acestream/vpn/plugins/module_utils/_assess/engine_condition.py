# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Condition of one engine whose gluetun is healthy: is it as it should be, and what is wrong with it?

Both the assessment (may it be shown?) and the plan (what mends it?) ask here, so
that they never disagree. Pure: no clock, no I/O.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from ansible_collections.acestream.vpn.plugins.module_utils._assess.verdict import describe_stopped, stopped_by_person
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import EngineMemory, GluetunMemory
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import (
    FAILED,
    OK,
    Container,
    EngineEvidence,
    GluetunEvidence,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import (
    RECONNECT_ALWAYS,
    RECONNECT_NEVER,
    START_ALWAYS,
    START_NEVER,
    Policy,
)

RIGHT = "right"  # works, and is where it should be
RECREATE = "recreate"  # its network mode names a container that is gone, or its recreation was cut short
START = "start"  # does not run
STRANDED = "stranded"  # runs in a namespace that its gluetun has left
RECONNECT = "reconnect"  # works in the right namespace, but was started before the VPN came back
FAILING = "failing"  # runs in the right namespace and does not work
HELD = "held"  # not as it should be, and not ours to mend
UNKNOWN = "unknown"  # could not be looked at

#: What this collection mends.
MENDABLE = (RECREATE, START, STRANDED, RECONNECT, FAILING)


@dataclass(frozen=True)
class Condition:
    """What is the matter with an engine.

    :ivar since: it must have been started at or after this moment; None: no such demand.
    """

    kind: str
    why: str = ""
    since: Optional[float] = None


def condition(
    engine: EngineEvidence,
    gluetun: GluetunEvidence,
    memory: GluetunMemory,
    policy: Policy,
    now: float,
    remembered: Optional[EngineMemory] = None,
) -> Condition:
    """Examine one engine against its gluetun, which is healthy and runs.

    :param memory: of the gluetun.
    :param remembered: of the engine; None: nothing.
    """
    parent = gluetun.container
    if not engine.seen or parent is None:
        return Condition(UNKNOWN, "; ".join(engine.problems) or "Docker did not answer")
    if engine.aside:
        return Condition(RECREATE, "an earlier recreation of it was cut short", parent.started_at)
    container = engine.container
    if container is None:
        return Condition(HELD, "there is no container of that name: create it, or take it off the list")
    if container.state in ("paused", "dead", "removing") and not (
        container.state == "paused" and policy.start_stopped == START_ALWAYS
    ):
        return Condition(HELD, f"its container is {container.state}")
    if container.state in ("created", "exited", "paused") and not may_start(container, policy):
        return Condition(HELD, f"its container was stopped on purpose: {describe_stopped(container)}")
    attached = attached_to(container)
    if attached is None:
        return Condition(HELD, f"its network mode is {container.network_mode!r}, not that of a gluetun")
    if attached not in (parent.id, parent.name):
        return Condition(RECREATE, "its network belongs to a container that is gone", parent.started_at)
    if container.state == "restarting":
        return Condition(UNKNOWN, "Docker is restarting its container")
    if not container.running:
        return Condition(START, f"its container does not run: {describe_stopped(container)}", parent.started_at)
    if _stranded(engine, gluetun, now):
        return Condition(STRANDED, "it is left in the network namespace of an earlier start", parent.started_at)
    if _starts_cannot_be_compared(engine, gluetun, now):
        return Condition(UNKNOWN, "the clock was set back: whether it has the gluetun's network is not to be told")
    return _working(engine, gluetun, memory, policy, now, remembered)


def _working(
    engine: EngineEvidence,
    gluetun: GluetunEvidence,
    memory: GluetunMemory,
    policy: Policy,
    now: float,
    remembered: Optional[EngineMemory],
) -> Condition:
    """An engine that runs in the right namespace."""
    started = engine.container.started_at if engine.container else None
    since = memory.connected_since
    owed: Optional[bool] = False
    if since is not None and started is not None and started < since:
        owed = reconnect_owed(memory, policy, now)
        if owed:
            return Condition(RECONNECT, "it was started before the VPN came back", since)
    unknown = port_unknown(engine, remembered)
    if unknown:
        # No restart tells where it listens, and no run need stay for it: only its owner can.
        return Condition(HELD, unknown)
    if engine.api == FAILED:
        return Condition(FAILING, "its API does not answer")
    if engine.connected is False:
        if gluetun.dns == FAILED:
            return Condition(HELD, "it is not connected, and DNS fails inside the VPN: see to the resolver first")
        return Condition(FAILING, "it says that it is not connected")
    if owed is None:
        return Condition(UNKNOWN, "the VPN's new public IP is not known yet")
    if engine.api != OK or engine.connected is None:
        return Condition(UNKNOWN, "; ".join(engine.problems) or "it did not say whether it is connected")
    return Condition(RIGHT)


def port_unknown(engine: EngineEvidence, remembered: Optional[EngineMemory]) -> str:
    """Why nothing can be said of an engine whose HTTP port was merely assumed; empty: there is no such doubt.

    Silence at an assumed port is no fault of the engine, unless its API has answered there before.
    """
    if not engine.http_port_assumed:
        return ""
    if engine.http_port is None:
        return "; ".join(engine.problems)
    if engine.api != FAILED or (remembered is not None and remembered.answered_at_port == engine.http_port):
        return ""
    return (
        f"no engine answers at port {engine.http_port}, which was assumed: declare its http_port, or label it with "
        "acestream.http_port"
    )


def reconnect_owed(memory: GluetunMemory, policy: Policy, now: float) -> Optional[bool]:
    """Whether the last outage asks for a restart of the engines; None: not to be said yet.

    An outage that ended before the tunnel was cycled left the tunnel as it was: the
    engines go on, unless the public IP is known to have changed.
    """
    if policy.restart_engines_on_reconnect == RECONNECT_NEVER or memory.last_outage is None:
        return False
    began, ended = memory.last_outage
    changed = ip_changed(memory)
    long = ended - began >= policy.cycle_after
    if policy.restart_engines_on_reconnect == RECONNECT_ALWAYS and long:
        return True
    if changed is None and long and memory.ip_before and now - ended < policy.start_period:
        return None
    return bool(changed)


def ip_changed(memory: GluetunMemory) -> Optional[bool]:
    """Whether the public IP differs from the one before the outage; None: one of them is not known."""
    if not memory.ip_before or not memory.public_ip:
        return None
    return memory.ip_before != memory.public_ip


def may_start(container: Container, policy: Policy) -> bool:
    """Whether a container that does not run may be started."""
    if policy.start_stopped == START_NEVER:
        return False
    return policy.start_stopped == START_ALWAYS or not stopped_by_person(container)


def attached_to(container: Container) -> Optional[str]:
    """Which container's network it shares, as Docker keeps it (an ID, seldom a name); None: nobody's."""
    mode, separator, other = container.network_mode.partition(":")
    return other if mode == "container" and separator and other else None


def _stranded(engine: EngineEvidence, gluetun: GluetunEvidence, now: float) -> bool:
    if engine.netns is not None and gluetun.netns is not None:
        return engine.netns != gluetun.netns
    started = engine.container.started_at if engine.container else None
    parent = gluetun.container.started_at if gluetun.container else None
    # A start that lies ahead was before the clock was set back: it cannot be compared with others.
    return started is not None and parent is not None and started < parent <= now


def _starts_cannot_be_compared(engine: EngineEvidence, gluetun: GluetunEvidence, now: float) -> bool:
    """Where the namespaces are out of sight, and only one of the two was started before the clock was set back.

    The gluetun may have been started again since, which leaves the engine without a network.
    """
    if engine.netns is not None and gluetun.netns is not None:
        return False
    started = engine.container.started_at if engine.container else None
    parent = gluetun.container.started_at if gluetun.container else None
    return started is not None and parent is not None and parent <= now < started
