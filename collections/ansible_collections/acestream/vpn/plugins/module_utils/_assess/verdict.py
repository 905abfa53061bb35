# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Verdict of one gluetun: the evidence of one look, weighed against what was known.

The table in the design's rules of judgement, row by row. Pure: no clock, no I/O.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Optional

from ansible_collections.acestream.vpn.plugins.module_utils._assess.starts import start_period_used_up
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import (
    HEALTHY,
    STOPPED,
    UNHEALTHY,
    UNKNOWN,
    GluetunMemory,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import (
    FAILED,
    OK,
    Container,
    GluetunEvidence,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy


@dataclass(frozen=True)
class Judgement:
    """What one look means.

    :ivar verdict: healthy, unhealthy, stopped or unknown.
    :ivar why: the deciding evidence, in words.
    :ivar starting: it restarts or has just started; ``verdict`` is the previous one, kept.
    :ivar in_doubt: a sample failed and does not suffice yet: look again soon. ``verdict`` is the previous one.
    :ivar bad_since: since when it does not work, where that is known from more than failed samples.
    :ivar failures, first_failure_at, last_failure_at: the failed samples in a row, this one included.
    """

    verdict: str
    why: str
    starting: bool = False
    in_doubt: bool = False
    bad_since: Optional[float] = None
    failures: int = 0
    first_failure_at: Optional[float] = None
    last_failure_at: Optional[float] = None


def judge(
    memory: GluetunMemory, evidence: GluetunEvidence, engines_connected: bool, policy: Policy, now: float
) -> Judgement:
    """Weigh one look at one gluetun.

    :param engines_connected: an engine on it says that it is connected, which delays a bad verdict.
    """
    container = evidence.container
    if not evidence.seen:
        return _unknown(memory, "; ".join(evidence.problems) or "Docker did not answer")
    if container is None:
        probably = f", {evidence.meant} was probably meant" if evidence.meant else ""
        return Judgement(STOPPED, f"there is no container of that name{probably}")
    if container.state == "restarting":
        if start_period_used_up(memory, evidence, policy, now):
            return _again(memory)
        return _kept(memory, "Docker is restarting the container")
    if not container.running:
        return Judgement(STOPPED, describe_stopped(container))
    if start_period_used_up(memory, evidence, policy, now):
        return _again(memory)
    if _starting(memory, evidence, policy, now):
        return _kept(memory, "the container has just started and has no tunnel yet")
    if evidence.egress == OK:
        return Judgement(HEALTHY, "egress works")
    if evidence.egress == FAILED:
        return _failed(memory, evidence, engines_connected, policy, now)
    return _unknown(memory, "; ".join(evidence.problems) or "egress could not be probed")


def describe_stopped(container: Container) -> str:
    """Say in which way a container does not run."""
    words = f"exited ({container.exit_code})" if container.state == "exited" else container.state
    return f"{words}: {container.error}" if container.error else words


def stopped_by_person(container: Container) -> bool:
    """Whether a person evidently stopped or paused it: otherwise Docker itself would have it running.

    Docker starts a container with one of these restart policies again whatever made
    it exit, unless it was told to stop it, or could not start it (C(State.Error)).
    """
    if container.state == "paused":
        return True
    return container.state == "exited" and not container.error and container.restart_policy in _DOCKER_RESTARTS


_DOCKER_RESTARTS = ("always", "unless-stopped")


def _starting(memory: GluetunMemory, evidence: GluetunEvidence, policy: Policy, now: float) -> bool:
    """Whether it is within its start period and has shown no working tunnel since it started.

    Until Gluetun has set its firewall up, connections may leave beside the tunnel:
    success then proves nothing without a tunnel to go with it.
    """
    started = evidence.container.started_at if evidence.container else None
    if started is None or now - started >= policy.start_period:
        return False
    if now < started:
        # The clock was set back, and nobody knows how long ago that start was: only what is seen counts.
        return evidence.egress == OK and evidence.tunnel_interface is False and evidence.tunnel_status != "running"
    if evidence.egress == OK:
        if evidence.tunnel_status == "starting":
            return True
        return evidence.tunnel_status != "running" and evidence.tunnel_interface is not True
    return memory.last_good_at is None or memory.last_good_at < started


def _again(memory: GluetunMemory) -> Judgement:
    """One start period is all that an outage gets, however often it is started."""
    why = "the container is started again and again, and none of its starts has led to a working tunnel"
    return Judgement(UNHEALTHY, why, bad_since=memory.starting_since)


def _failed(
    memory: GluetunMemory, evidence: GluetunEvidence, engines_connected: bool, policy: Policy, now: float
) -> Judgement:
    failures, first, last = count_failure(memory, policy, now)
    judged = partial(Judgement, failures=failures, first_failure_at=first, last_failure_at=last)
    if evidence.tunnel_status in ("crashed", "stopped"):
        return judged(UNHEALTHY, f"egress fails and the tunnel is {evidence.tunnel_status}")
    if memory.known == UNHEALTHY:
        return judged(UNHEALTHY, "egress fails")
    why = f"egress failed {failures} of {policy.fall} times"
    if failures >= policy.fall:
        if not engines_connected or now - first >= policy.confirm_timeout:
            return judged(UNHEALTHY, f"egress failed {failures} times in a row")
        why += ", but an engine says that it is connected"
    return judged(memory.known or UNKNOWN, why, in_doubt=True)


def count_failure(memory: GluetunMemory, policy: Policy, now: float) -> tuple[int, float, float]:
    """Count one failed sample: how many in a row, the first and the last of them.

    Samples of two programs that fall together count once; a streak that nobody
    continued for long, or that lies in the future (the clock was set back), is none.
    """
    first, last = memory.first_failure_at, memory.last_failure_at
    if first is None or last is None or not 0 <= now - last <= policy.sample_gap_max:
        return 1, now, now
    if now - last < policy.sample_gap_min:
        return memory.failures, first, last
    return memory.failures + 1, first, now


def _unknown(memory: GluetunMemory, why: str) -> Judgement:
    """A failure to look neither continues nor ends a streak of failed samples."""
    return Judgement(
        UNKNOWN,
        why,
        failures=memory.failures,
        first_failure_at=memory.first_failure_at,
        last_failure_at=memory.last_failure_at,
    )


def _kept(memory: GluetunMemory, why: str) -> Judgement:
    return Judgement(memory.known or UNKNOWN, why, starting=True)
