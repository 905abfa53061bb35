# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module is asked to do: a run, a step, a drill. Plain values.

Times are seconds, moments are seconds since the epoch on the Docker host's clock.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Optional, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._model.options import (
    DockerOptions,
    EngineOptions,
    GluetunOptions,
    HostOptions,
    NewEngineOptions,
    ProbeOptions,
)


@dataclass(frozen=True)
class StepOptions:
    """How a step is carried out, whatever it acts on.

    :ivar state_dir: where memory and journal are.
    :ivar lock_timeout: how long to wait for another program that acts.
    :ivar stop_timeout: how long a container may take to stop.
    :ivar run: the run that it is carried out for; None: none.
    :ivar unless_maintenance: nothing is done during a maintenance.
    """

    state_dir: str
    lock_timeout: float
    stop_timeout: int
    run: Optional[str] = None
    unless_maintenance: bool = False


@dataclass(frozen=True)
class GluetunStepOptions:
    """The desired state of one Gluetun, and how to reach it.

    :ivar state: running, stopped or connected.
    :ivar cycled_since, restarted_since: it must have been cycled or restarted at or after this moment; None: no demand.
    :ivar unless_healthy: nothing is done where egress works.
    :ivar unless_forwarded: it is cycled for its forwarded port, and left alone where it has one.
    :ivar wait: after a step, wait until the tunnel carries traffic, for C(wait_timeout) at the most.
    :ivar reason: for the journal.
    :ivar scenario: what it is mended for; None: a person wants it.
    """

    docker: DockerOptions
    gluetun: GluetunOptions
    probe: ProbeOptions
    step: StepOptions
    state: str
    cycled_since: Optional[float]
    restarted_since: Optional[float]
    unless_healthy: bool
    unless_forwarded: bool
    wait: bool
    wait_timeout: float
    reason: str
    scenario: Optional[str]


@dataclass(frozen=True)
class EngineTarget:
    """One engine that is to reach the desired state.

    :ivar started_since: it must have been started at or after this moment; None: as C(EngineStepOptions) has it.
    :ivar drain_until: until then a live stream puts a restart off; None: streams do not matter.
    :ivar p2p_port: it must have this P2P port; None: whichever it has.
    :ivar reason: for the journal.
    :ivar scenario: what it is mended for; None: a person wants it.
    """

    engine: EngineOptions
    started_since: Optional[float] = None
    drain_until: Optional[float] = None
    p2p_port: Optional[int] = None
    reason: str = ""
    scenario: Optional[str] = None


@dataclass(frozen=True)
class EngineStepOptions:
    """The desired state of some engines, and how to reach it.

    :ivar state: started, stopped, present or absent.
    :ivar started_since: they must have been started at or after this moment; None: no such demand.
    :ivar recreate: they may be recreated.
    :ivar parallel: so many are acted on at once.
    :ivar wait: wait until they are usable, for C(wait_timeout) at the most.
    """

    docker: DockerOptions
    step: StepOptions
    engines: Tuple[EngineTarget, ...]
    state: str
    started_since: Optional[float]
    recreate: bool
    parallel: int
    wait: bool
    wait_timeout: float


@dataclass(frozen=True)
class PoolOptions:
    """How many engines a host is to have, and what new ones are made of.

    :ivar policy: figures of judgement as they were given; C(Policy.from_dict) checks them.
    :ivar engine: what a new engine is made of; C(complete) checks it.
    :ivar parallel: so many are acted on at once.
    """

    host: HostOptions
    step: StepOptions
    policy: Mapping[str, Any]
    engine: NewEngineOptions
    parallel: int


@dataclass(frozen=True)
class RunOptions:
    """One call of a recovery run: look, or watch, and say what is due.

    :ivar policy, engine: as in C(PoolOptions).
    :ivar scenarios: for these, steps are named.
    :ivar watch_for: how long to look.
    :ivar run_started: when the run began; 0: with this call.
    :ivar acted: steps were carried out since the last call.
    :ivar reset: forget what was latched.
    :ivar trigger: what started the run; empty: it is a mere look.
    :ivar may_yield: leave everything to another run where there is nothing new.
    """

    host: HostOptions
    policy: Mapping[str, Any]
    engine: NewEngineOptions
    scenarios: Tuple[str, ...]
    watch_for: float
    run_started: float
    acted: bool
    reset: bool
    trigger: str
    may_yield: bool


@dataclass(frozen=True)
class DrillOptions:
    """One phase of a drill.

    :ivar part: what is broken.
    :ivar phase: break, undo or report.
    :ivar since: for a report, when it began.
    """

    docker: DockerOptions
    gluetun: GluetunOptions
    state_dir: str
    part: str
    phase: str
    since: float
    probe_timeout: float
    stop_timeout: int
