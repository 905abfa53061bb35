# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options as modules get them, for tests: everything at its default, but for what a test names."""

from __future__ import annotations

from dataclasses import fields

from ansible_collections.acestream.vpn.plugins.module_utils._model.options import (
    DiscoveryOptions,
    DockerOptions,
    EngineOptions,
    GluetunOptions,
    HostOptions,
    NewEngineOptions,
    ProbeOptions,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.step_options import (
    EngineStepOptions,
    EngineTarget,
    GluetunStepOptions,
    RunOptions,
    StepOptions,
)

NOWHERE = "unix:///nowhere"
_DOCKER = {"docker_host": NOWHERE, "timeout": 10}
_DISCOVERY = {
    "engine_label": "acestream.vpn_container",
    "engine_filters": (),
    "pool_label": "ondemand.app=myservice",
}
_PROBE = {
    "egress_targets": ("1.1.1.1:443", "8.8.8.8:443"),
    "dns_name": "cloudflare.com",
    "probe_timeout": 2.0,
    "evidence_timeout": 5.0,
}
_STEP = {"state_dir": "/nowhere", "lock_timeout": 1.0, "stop_timeout": 1}


def docker_options(**changes):
    return DockerOptions(**{**_DOCKER, **changes})


def probe_options(**changes):
    return ProbeOptions(**{**_PROBE, **changes})


def host_options(gluetuns=("gluetun",), engines=(), state_dir="/nowhere", **changes):
    """A host with these gluetuns, each a name or a value.

    :param changes: of whatever part has an option of that name.
    """
    parts = (DockerOptions, _DOCKER), (DiscoveryOptions, _DISCOVERY), (ProbeOptions, _PROBE)
    docker, discovery, probe = (kind(**{**defaults, **_taken(kind, changes)}) for kind, defaults in parts)
    assert not changes, f"no option has the name {list(changes)}"
    named = tuple(GluetunOptions(item) if isinstance(item, str) else item for item in gluetuns)
    return HostOptions(docker, named, tuple(engines), discovery, probe, state_dir)


def gluetun_step_options(**changes):
    """The options of the module C(gluetun), for one of that name."""
    step = StepOptions(**{**_STEP, **_taken(StepOptions, changes)})
    defaults = {
        "docker": docker_options(),
        "gluetun": GluetunOptions("gluetun"),
        "probe": probe_options(),
        "state": "running",
        "cycled_since": None,
        "restarted_since": None,
        "unless_healthy": True,
        "unless_forwarded": False,
        "wait": False,
        "wait_timeout": 1.0,
        "reason": "",
        "scenario": None,
    }
    return GluetunStepOptions(step=step, **{**defaults, **changes})


def engine_step_options(*engines, **changes):
    """The options of the module C(engine), for engines of these names on C(gluetun)."""
    step = StepOptions(**{**_STEP, **_taken(StepOptions, changes)})
    defaults = {
        "docker": docker_options(),
        "engines": tuple(EngineTarget(EngineOptions(name, "gluetun")) for name in engines),
        "state": "started",
        "started_since": None,
        "recreate": True,
        "parallel": 1,
        "wait": False,
        "wait_timeout": 1.0,
    }
    return EngineStepOptions(step=step, **{**defaults, **changes})


def run_options(**changes):
    """The options of the module C(recovery_plan), for a look at C(gluetun) that waits for nothing."""
    defaults = {
        "host": host_options(),
        "policy": {},
        "engine": NewEngineOptions(),
        "scenarios": ("connection_loss", "container_restart"),
        "watch_for": 0.0,
        "run_started": 0.0,
        "acted": False,
        "reset": False,
        "trigger": "",
        "may_yield": True,
    }
    return RunOptions(**{**defaults, **changes})


def _taken(kind, changes):
    """Those of the changes that are fields of that kind; they are taken out."""
    return {item.name: changes.pop(item.name) for item in fields(kind) if item.name in changes}
