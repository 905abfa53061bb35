# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of each module that acts or plans, made into a value; see C(options_from). Pure.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from typing import Any, Mapping

from ansible_collections.acestream.vpn.plugins.module_utils._model.order_options import MaintenanceOptions, ResetOptions
from ansible_collections.acestream.vpn.plugins.module_utils._model.step_options import (
    DrillOptions,
    EngineStepOptions,
    EngineTarget,
    GluetunStepOptions,
    PoolOptions,
    RunOptions,
    StepOptions,
)
from ansible_collections.acestream.vpn.plugins.module_utils._settings.options_from import (
    docker_options,
    engine_options,
    gluetun_options,
    host_options,
    new_engine_options,
    probe_options,
)

#: Options of the module C(engine_pool) that are a part of the policy.
_POOL_POLICY = ("min_replicas", "failover_capacity", "failback_delay")


def gluetun_step_options(params: Mapping[str, Any]) -> GluetunStepOptions:
    """The options of the module C(gluetun)."""
    return GluetunStepOptions(
        docker=docker_options(params),
        gluetun=gluetun_options(params),
        probe=probe_options(params),
        step=_step_options(params),
        state=params["state"],
        cycled_since=params["cycled_since"],
        restarted_since=params["restarted_since"],
        unless_healthy=params["unless_healthy"],
        unless_forwarded=params["unless_forwarded"],
        wait=params["wait"],
        wait_timeout=params["wait_timeout"],
        reason=params["reason"],
        scenario=params["scenario"],
    )


def engine_step_options(params: Mapping[str, Any]) -> EngineStepOptions:
    """The options of the module C(engine)."""
    return EngineStepOptions(
        docker=docker_options(params),
        step=_step_options(params),
        engines=tuple(_engine_target(item) for item in params["engines"]),
        state=params["state"],
        started_since=params["started_since"],
        recreate=params["recreate"] == "auto",
        parallel=params["parallel"],
        wait=params["wait"],
        wait_timeout=params["wait_timeout"],
    )


def pool_options(params: Mapping[str, Any]) -> PoolOptions:
    """The options of the module C(engine_pool)."""
    return PoolOptions(
        host=host_options(params),
        step=_step_options(params),
        policy={**params["policy"], **{name: params[name] for name in _POOL_POLICY}},
        engine=new_engine_options(params["engine"] or {}),
        parallel=params["parallel"],
    )


def run_options(params: Mapping[str, Any]) -> RunOptions:
    """The options of the module C(recovery_plan)."""
    return RunOptions(
        host=host_options(params),
        policy=params["policy"],
        engine=new_engine_options(params["engine"] or {}),
        scenarios=tuple(params["scenarios"]),
        watch_for=params["watch_for"],
        run_started=params["run_started"],
        acted=params["acted"],
        reset=params["reset"],
        trigger=params["trigger"],
        may_yield=params["yield"],
    )


def drill_options(params: Mapping[str, Any]) -> DrillOptions:
    """The options of the module C(drill)."""
    return DrillOptions(
        docker=docker_options(params),
        gluetun=gluetun_options(params),
        state_dir=params["state_dir"],
        part=params["part"],
        phase=params["phase"],
        since=params["since"],
        probe_timeout=params["probe_timeout"],
        stop_timeout=params["stop_timeout"],
    )


def reset_options(params: Mapping[str, Any]) -> ResetOptions:
    """The options of the module C(reset)."""
    return ResetOptions(
        docker=docker_options(params),
        state_dir=params["state_dir"],
        gluetuns=tuple(params["gluetuns"]),
        declared=tuple(params["declared"]),
    )


def maintenance_options(params: Mapping[str, Any]) -> MaintenanceOptions:
    """The options of the module C(maintenance)."""
    return MaintenanceOptions(
        docker=docker_options(params),
        state_dir=params["state_dir"],
        gluetuns=tuple(params["gluetuns"]),
        declared=tuple(params["declared"]),
        state=params["state"],
        minutes=params["minutes"],
        until=params["until"],
        reason=params["reason"],
        lock_timeout=params["lock_timeout"],
    )


def _step_options(params: Mapping[str, Any]) -> StepOptions:
    return StepOptions(
        state_dir=params["state_dir"],
        lock_timeout=params["lock_timeout"],
        stop_timeout=params["stop_timeout"],
        run=params["run"],
        unless_maintenance=bool(params.get("unless_maintenance")),
    )


def _engine_target(params: Mapping[str, Any]) -> EngineTarget:
    return EngineTarget(
        engine=engine_options(params),
        started_since=params.get("started_since"),
        drain_until=params.get("drain_until"),
        p2p_port=params.get("p2p_port"),
        reason=params.get("reason") or "",
        scenario=params.get("scenario"),
    )
