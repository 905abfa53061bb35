# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The published documents: which engines may get a new stream, and how the VPNs are.

Field names follow the AceStream Orchestrator's C(/engines) and C(/vpn/status), so
that proxies and dashboards written for it can read them. Pure.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._model import maintenance_window
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import (
    HEALTHY,
    STOPPED,
    UNKNOWN,
    EngineMemory,
    GluetunMemory,
    Maintenance,
    Memory,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import (
    EngineEvidence,
    GluetunEvidence,
    Observation,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.transition import timestamp


def engines(memory: Memory, observation: Observation) -> List[Dict[str, Any]]:
    """The engines that may get a new stream, sorted by port."""
    shown = [
        engine(evidence, memory.engines[name], observation.gluetuns.get(evidence.gluetun))
        for name, evidence in observation.engines.items()
        if name in memory.engines and memory.engines[name].shown
    ]
    return sorted(shown, key=by_port)


def vpn_status(memory: Memory, observation: Observation) -> Dict[str, Any]:
    """One entry for each gluetun, in the order in which they are declared."""
    return {
        name: _vpn(evidence, memory.gluetuns[name], maintenance_window.of(memory, name, observation))
        for name, evidence in observation.gluetuns.items()
        if name in memory.gluetuns
    }


def by_port(document: Dict[str, Any]) -> Tuple[int, str]:
    """The order of engines in a document."""
    return document["port"] or 0, document["container_name"]


def connected(memory: GluetunMemory) -> bool:
    """Whether new streams may go through a gluetun."""
    return memory.verdict == HEALTHY and not memory.starting


def engine(evidence: EngineEvidence, memory: EngineMemory, gluetun: Optional[GluetunEvidence]) -> Dict[str, Any]:
    """One engine. Of its labels only those that are meant for programs: people keep all kinds of things in them."""
    container = evidence.container
    labels = {} if container is None else container.labels
    return {
        "container_id": None if container is None else container.id,
        "container_name": evidence.name,
        "host": evidence.gluetun,
        "port": evidence.http_port,
        "labels": {name: value for name, value in labels.items() if name.startswith(("acestream.", "host."))},
        "forwarded": evidence.forwarded,
        "first_seen": _time(memory.first_seen),
        "last_seen": _time(memory.last_seen),
        "live_streams": evidence.streams,
        "health_status": "healthy" if evidence.connected else "unknown",
        "last_stream_usage": _time(memory.last_stream_at),
        "vpn_container": evidence.gluetun,
        "engine_variant": labels.get("acestream.engine_variant"),
        "platform": evidence.platform,
        "version": evidence.version,
        "forwarded_port": gluetun.forwarded_port if evidence.forwarded and gluetun is not None else None,
    }


def _vpn(evidence: GluetunEvidence, memory: GluetunMemory, maintenance: Optional[Maintenance]) -> Dict[str, Any]:
    healthy = connected(memory)
    if memory.verdict in (STOPPED, UNKNOWN):
        status = memory.verdict
    else:
        status = evidence.tunnel_status or ("running" if healthy else UNKNOWN)
    return {
        "status": status,
        "container_name": evidence.name,
        "health": "starting" if memory.starting else memory.verdict,
        "connected": healthy,
        "forwarded_port": evidence.forwarded_port or None,
        "public_ip": evidence.public_ip or None,
        "country": evidence.country,
        "city": evidence.city,
        "region": evidence.region,
        "last_check": _time(memory.last_good_at),
        "why": memory.why,
        "outage_since": _time(memory.outage_since),
        "latched": memory.latched_since is not None,
        "maintenance": maintenance and {"until": _time(maintenance.until), "reason": maintenance.reason},
    }


def _time(at: Optional[float]) -> Optional[str]:
    return None if at is None else timestamp(at)
