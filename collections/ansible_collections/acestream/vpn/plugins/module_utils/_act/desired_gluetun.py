# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a gluetun needs, if anything, to be as it is wanted. Pure.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from ansible_collections.acestream.vpn.plugins.module_utils._act.container_actions import (
    NOTHING,
    RESTART,
    START,
    STOP,
    UNPAUSE,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.attempts import tried_since
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import GluetunMemory
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import (
    API_OK,
    FAILED,
    OK,
    Container,
    GluetunEvidence,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.transition import timestamp

RUNNING = "running"
STOPPED = "stopped"
CONNECTED = "connected"
STATES = (RUNNING, STOPPED, CONNECTED)

CYCLE = "cycle"
#: It cannot become what is wanted, whatever this collection does.
IMPOSSIBLE = "impossible"

#: For how long a last look is good, seconds: a run that was suspended meanwhile looks again.
FRESH = 2.0


@dataclass(frozen=True)
class Wish:
    """A desired state.

    :ivar state: running, stopped or connected.
    :ivar cycled_since: its tunnel must have been cycled, or the container started, at or after this moment.
    :ivar restarted_since: the container must have been started at or after this moment.
    """

    state: str = RUNNING
    cycled_since: Optional[float] = None
    restarted_since: Optional[float] = None


@dataclass(frozen=True)
class Choice:
    """What to do, and why that or why nothing."""

    action: str
    why: str = ""


def choose(wish: Wish, container: Optional[Container], memory: GluetunMemory) -> Choice:
    """Compare a container with a wish.

    An attempt that was made since the deadline counts as made, whatever came of it: the next one has a later deadline.
    """
    if container is None:
        return Choice(IMPOSSIBLE, "there is no container of that name: create it, this module never does")
    if wish.state == STOPPED:
        at_rest = container.state in ("created", "exited", "dead", "removing")
        return Choice(NOTHING, f"it is {container.state}") if at_rest else Choice(STOP)
    if container.state in ("dead", "removing"):
        return Choice(IMPOSSIBLE, f"its container is {container.state}: remove it and create it again")
    if container.state == "restarting" and not (memory.starts_again and wish.restarted_since is not None):
        return Choice(NOTHING, "Docker is restarting it")
    if container.state == "restarting":
        return _starts_again(wish, memory)
    if not container.running:
        return _at_rest(wish, container, memory)
    return _running(wish, container, memory)


def _at_rest(wish: Wish, container: Container, memory: GluetunMemory) -> Choice:
    tried = tried_since(memory.restarts, wish.restarted_since)
    if tried is not None:
        return Choice(NOTHING, f"a start was tried at {timestamp(tried)} already")
    if wish.restarted_since is None and wish.cycled_since is not None:
        return Choice(NOTHING, f"it is {container.state}: there is no tunnel to cycle")
    return Choice(UNPAUSE if container.state == "paused" else START)


def _starts_again(wish: Wish, memory: GluetunMemory) -> Choice:
    """It waits to be started once more by Docker, after starts that led to nothing."""
    tried = tried_since(memory.restarts, wish.restarted_since)
    return Choice(RESTART) if tried is None else Choice(NOTHING, f"a restart was tried at {timestamp(tried)} already")


def _running(wish: Wish, container: Container, memory: GluetunMemory) -> Choice:
    said = "it runs"
    if wish.restarted_since is not None:
        tried = tried_since(memory.restarts, wish.restarted_since)
        # Docker's own starts of one that ends again and again do not count.
        started = None if memory.starts_again else container.started_at
        said = _done(started, wish.restarted_since, tried, "restart")
        if not said:
            return Choice(RESTART)
    if wish.cycled_since is not None:
        tried = tried_since(memory.cycles + memory.restarts, wish.cycled_since)
        said = _done(container.started_at, wish.cycled_since, tried, "cycle")
        if not said:
            return Choice(CYCLE)
    return Choice(NOTHING, said)


def _done(started: Optional[float], since: float, tried: Optional[float], what: str) -> str:
    """Why a demand is met already; empty: it is not."""
    if started is not None and started >= since:
        return f"it was started at {timestamp(started)} already"
    return f"a {what} was tried at {timestamp(tried)} already" if tried is not None else ""


def hold_back(action: str, evidence: GluetunEvidence, unless_healthy: bool, unless_forwarded: bool = False) -> str:
    """Why a running gluetun is left alone after a last look; empty: act.

    Nothing is done on a guess: an egress that could not be probed is not one that failed.

    :param unless_forwarded: it is cycled for its forwarded port, and works otherwise.
    """
    said = "; ".join(evidence.problems)
    if unless_forwarded:
        if evidence.forwarded_port:
            return f"port {evidence.forwarded_port} is forwarded"
        if evidence.forwarded_port is None or evidence.egress != OK:
            return f"nothing is done for its port while not all is known and well: {said or 'egress does not work'}"
    elif unless_healthy and evidence.egress == OK:
        return "egress works"
    elif unless_healthy and evidence.egress != FAILED and not _waits_for_docker(evidence):
        return f"nothing is done on a guess: {said or 'egress could not be probed'}"
    if action != CYCLE:
        return ""
    if evidence.api != API_OK:
        return f"its tunnel cannot be cycled: {said or 'the control server does not answer'}"
    if evidence.tunnel_status == "crashed":
        return "its tunnel has crashed, which no cycle mends: a restart does"
    return ""


def _waits_for_docker(evidence: GluetunEvidence) -> bool:
    """Nothing runs in it at all, so that no probe has to tell."""
    return evidence.seen and evidence.container is not None and evidence.container.state == "restarting"
