# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documents of the AceStream Orchestrator, field for field, from one look. Pure.

Source of the fields: the orchestrator's own answers, recorded. What it has and we cannot know is null;
what we add has a name that it does not use.

A look that is stale no longer says how things are: VPNs are C(unknown) then, and what was found out of them is null.
The engines that were available stay in the list, for unknown is never treated as down; their health is C(unknown).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ansible_collections.acestream.vpn.plugins.module_utils._model import maintenance_window
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import (
    HEALTHY,
    STOPPED,
    UNHEALTHY,
    UNKNOWN,
    EngineMemory,
    GluetunMemory,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import (
    FAILED,
    EngineEvidence,
    GluetunEvidence,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.transition import timestamp
from ansible_collections.acestream.vpn.plugins.module_utils._publish import documents

from acestream_vpn_exporter.snapshot import Snapshot

#: How the orchestrator names a way of running with this many Gluetuns.
_SINGLE, _REDUNDANT = "single", "redundant"


def engines(snapshot: Snapshot, everything: bool = False) -> list[dict[str, Any]]:
    """C(GET /engines): the engines that may get a new stream, sorted by port.

    :param everything: those that may not as well, each with C(shown) and the C(reason).
    """
    found = []
    for name, evidence in snapshot.observation.engines.items():
        memory = snapshot.memory.engines.get(name) or EngineMemory(evidence.gluetun)
        if everything:
            more = {"shown": memory.shown, "reason": memory.reason or snapshot.why_stale, "stale": snapshot.stale}
            found.append({**_engine(snapshot, evidence, memory), **more})
        elif memory.shown:
            found.append(_engine(snapshot, evidence, memory))
    return sorted(found, key=documents.by_port)


def streams(snapshot: Snapshot) -> list[dict[str, Any]]:
    """C(GET /streams): one entry for each established client connection to an engine's HTTP port.

    What is played is known to the engine and its client alone, so that most fields are null.
    """
    return [
        {
            "id": stream,
            "key_type": None,
            "key": None,
            "container_id": evidence.container and evidence.container.id,
            "playback_session_id": None,
            "stat_url": None,
            "command_url": None,
            "is_live": None,
            "started_at": None,
            "ended_at": None,
            "status": "started",
            "peers": None,
            "speed_down": None,
            "speed_up": None,
            "downloaded": None,
            "uploaded": None,
            "livepos": None,
            "container_name": evidence.name,
        }
        for evidence in snapshot.observation.engines.values()
        for stream in _stream_ids(evidence)
    ]


def vpn_status(snapshot: Snapshot) -> dict[str, Any]:
    """C(GET /vpn/status): C(vpn1), C(vpn2), ... in the order in which they are declared, and what they come to."""
    declared = [_vpn(snapshot, name) for name in snapshot.gluetuns]
    first, single = declared[0], len(declared) == 1
    vpns: dict[str, dict[str, Any] | None] = {f"vpn{number}": vpn for number, vpn in enumerate(declared, 1)}
    vpns.setdefault("vpn2", None)
    together = {"mode": _SINGLE if single else _REDUNDANT, **vpns, "emergency_mode": _emergency(snapshot)}
    if single:
        return {**first, **_age(snapshot), **together}
    usable = any(vpn["connected"] for vpn in declared)
    return {
        "enabled": True,
        "status": UNKNOWN if snapshot.stale else "running" if usable else UNHEALTHY,
        "container_name": first["container_name"],
        "container": first["container"],
        "health": HEALTHY if usable else first["health"],
        "connected": usable,
        "forwarded_port": first["forwarded_port"],
        "last_check": first["last_check"],
        "last_check_at": first["last_check_at"],
        **_age(snapshot),
        **together,
    }


def orchestrator_status(snapshot: Snapshot) -> dict[str, Any]:
    """C(GET /orchestrator/status): engines, streams, capacity and VPN in numbers."""
    evidence = snapshot.observation.engines.values()
    shown = [item for item in evidence if _is_shown(snapshot, item)]
    used = [item for item in shown if item.streams]
    total, vpn = len(snapshot.observation.engines), vpn_status(snapshot)
    wanted = snapshot.policy.min_replicas or total
    active = sum(item.streams or 0 for item in evidence)
    return {
        "status": UNKNOWN if snapshot.stale else _state(len(shown), wanted, vpn),
        "engines": {
            "total": total,
            "running": sum(item.container is not None and item.container.running for item in evidence),
            "healthy": len(shown),
            "unhealthy": total - len(shown),
        },
        "streams": {"active": active, "total": active},
        "capacity": {
            "total": total,
            "used": len(used),
            "available": len(shown) - len(used),
            "max_replicas": max(wanted, total),
            "min_replicas": wanted,
        },
        "vpn": {name: vpn[name] for name in ("enabled", "connected", "health", "container", "forwarded_port")},
        "provisioning": _provisioning(snapshot, vpn["connected"]),
        "acexy": {
            "enabled": False,
            "deprecated": True,
            "message": "Not part of acestream.vpn: streams are counted as connections of clients.",
            "url": None,
            "healthy": None,
            "last_health_check": None,
            "sync_interval_seconds": None,
        },
        "config": {
            "auto_delete": False,
            "grace_period_s": snapshot.policy.drain_timeout,
            "engine_variant": next((_label(item, "acestream.engine_variant") for item in evidence), None),
            "debug_mode": False,
        },
        "timestamp": _time(snapshot.at),
        **_age(snapshot),
    }


def _engine(snapshot: Snapshot, evidence: EngineEvidence, memory: EngineMemory) -> dict[str, Any]:
    document = documents.engine(evidence, memory, snapshot.observation.gluetuns.get(evidence.gluetun))
    return {
        **document,
        "streams": _stream_ids(evidence),
        "health_status": UNKNOWN if snapshot.stale else _health(evidence),
        "last_health_check": timestamp(snapshot.at),
        # 0, that none is forwarded, is null in the orchestrator's documents.
        "forwarded_port": None if snapshot.stale else document["forwarded_port"] or None,
    }


def _vpn(snapshot: Snapshot, name: str) -> dict[str, Any]:
    evidence, memory = snapshot.observation.gluetuns[name], snapshot.gluetuns[name]
    if snapshot.stale:
        evidence = GluetunEvidence(name)
    order = maintenance_window.of(snapshot.memory, name, snapshot.observation)
    checked = _time(snapshot.at)
    return {
        "enabled": True,
        "status": _vpn_state(evidence, memory),
        "container_name": name,
        "container": name,
        "health": _vpn_health(memory),
        "connected": documents.connected(memory),
        "forwarded_port": evidence.forwarded_port or None,
        "public_ip": evidence.public_ip or None,
        # Gluetun does not say whose server it uses.
        "provider": None,
        "country": evidence.country or None,
        "city": evidence.city or None,
        "region": evidence.region or None,
        "last_check": checked,
        "last_check_at": checked,
        "verdict": memory.verdict,
        "why": memory.why,
        "last_good_at": _time(memory.last_good_at),
        "outage_since": _time(memory.outage_since),
        "latched": memory.latched_since is not None,
        "degraded": memory.port_lost_since is not None and memory.port_lost_said,
        "maintenance": order and {"until": _time(order.until), "reason": order.reason},
    }


def _vpn_state(evidence: GluetunEvidence, memory: GluetunMemory) -> str:
    if memory.verdict == STOPPED:
        return evidence.container.state if evidence.container is not None else "not_found"
    if memory.starting:
        return "starting"
    return evidence.tunnel_status or ("running" if memory.verdict == HEALTHY else memory.verdict)


def _vpn_health(memory: GluetunMemory) -> str:
    if memory.starting:
        return "starting"
    # The orchestrator has no word for a container that does not run.
    return UNHEALTHY if memory.verdict == STOPPED else memory.verdict


def _emergency(snapshot: Snapshot) -> dict[str, Any]:
    """The orchestrator's word for: one of several has failed, and another one carries all."""
    known = snapshot.gluetuns
    failed = [name for name, memory in known.items() if memory.verdict in (UNHEALTHY, STOPPED)]
    usable = [name for name, memory in known.items() if documents.connected(memory)]
    if not failed or not usable:
        return {"active": False, "failed_vpn": None, "healthy_vpn": None, "duration_seconds": 0}
    since = known[failed[0]].outage_since
    return {
        "active": True,
        "failed_vpn": failed[0],
        "healthy_vpn": usable[0],
        "duration_seconds": 0 if since is None else max(0, int(snapshot.at - since)),
        "entered_at": _time(since),
    }


def _provisioning(snapshot: Snapshot, connected: bool) -> dict[str, Any]:
    failures = [at for memory in snapshot.memory.gluetuns.values() for at in memory.create_failures]
    managed = snapshot.policy.min_replicas > 0
    code, message = None, None
    if snapshot.stale:
        code, message = "unknown", snapshot.why_stale
    elif not managed:
        code, message = "no_pool", "recovery_min_replicas is 0: engines are kept working, and none is made"
    elif not connected:
        code, message = "vpn_disconnected", "no VPN works, and engines are made on those that work alone"
    details = None
    if code is not None:
        waits = code in ("vpn_disconnected", "unknown")
        details = {
            "code": code,
            "message": message,
            "recovery_eta_seconds": None,
            "can_retry": waits,
            "should_wait": waits,
        }
    return {
        "can_provision": code is None,
        "circuit_breaker_state": "open" if failures else "closed",
        "last_failure": _time(max(failures)) if failures else None,
        "blocked_reason": message,
        "blocked_reason_details": details,
    }


def _state(shown: int, wanted: int, vpn: dict[str, Any]) -> str:
    if not shown or not vpn["connected"]:
        return "unavailable"
    all_up = all(vpn[name]["connected"] for name in vpn if name.startswith("vpn") and vpn[name] is not None)
    return "healthy" if shown >= wanted and all_up else "degraded"


def _health(evidence: EngineEvidence) -> str:
    if evidence.connected:
        return "healthy"
    return "unhealthy" if evidence.api == FAILED or evidence.connected is False else "unknown"


def _age(snapshot: Snapshot) -> dict[str, Any]:
    """How old the look is that a document was made from."""
    return {"stale": snapshot.stale, "age_seconds": round(snapshot.age, 1)}


def _is_shown(snapshot: Snapshot, evidence: EngineEvidence) -> bool:
    memory = snapshot.memory.engines.get(evidence.name)
    return memory is not None and memory.shown


def _stream_ids(evidence: EngineEvidence) -> list[str]:
    return [f"{evidence.name}/{number}" for number in range(1, (evidence.streams or 0) + 1)]


def _label(evidence: EngineEvidence, name: str) -> str | None:
    return None if evidence.container is None else evidence.container.labels.get(name)


def _time(at: float | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at, tz=UTC).isoformat(timespec="microseconds")
