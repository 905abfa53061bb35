# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engines and their streams, as the status page shows them. Pure."""

from __future__ import annotations

from typing import Any

from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import UNKNOWN, EngineMemory
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import EngineEvidence
from ansible_collections.acestream.vpn.plugins.module_utils._publish.documents import connected

from acestream_vpn_exporter import documents
from acestream_vpn_exporter.snapshot import Snapshot
from acestream_vpn_exporter.words import count


def groups(snapshot: Snapshot, stale: bool) -> list[dict[str, Any]]:
    """The engines of each VPN, in the order of their ports."""
    found = []
    for vpn in snapshot.gluetuns:
        engines = snapshot.observation.engines_of(vpn).values()
        rows = [
            _engine(snapshot, item, stale) for item in sorted(engines, key=lambda one: (one.http_port or 0, one.name))
        ]
        found.append({"vpn": vpn, "count": count(len(rows), "engine"), "rows": rows})
    return found


def is_shown(snapshot: Snapshot, name: str) -> bool:
    """Whether an engine may get a new stream."""
    memory = snapshot.memory.engines.get(name)
    return memory is not None and memory.shown


def streams(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The streams of each engine that has any, by the names that C(/streams) gives them."""
    by_engine: dict[str, list[str]] = {}
    for stream in documents.streams(snapshot):
        by_engine.setdefault(stream["container_name"], []).append(stream["id"])
    engines = snapshot.observation.engines
    return [
        {"engine": name, "vpn": engines[name].gluetun, "count": len(ids), "ids": ids} for name, ids in by_engine.items()
    ]


def _engine(snapshot: Snapshot, evidence: EngineEvidence, stale: bool) -> dict[str, Any]:
    memory = snapshot.memory.engines.get(evidence.name) or EngineMemory(evidence.gluetun)
    tone, state = ("unsure", "Unknown") if stale else _state(snapshot, evidence, memory)
    return {
        "name": evidence.name,
        "tone": tone,
        "state": state,
        "reason": "" if memory.shown else memory.reason,
        "forwarded": evidence.forwarded,
        "port": evidence.http_port,
        "p2p_port": evidence.p2p_port,
        "streams": evidence.streams,
    }


def _state(snapshot: Snapshot, evidence: EngineEvidence, memory: EngineMemory) -> tuple[str, str]:
    """Green: it may get new streams. Red: it does not work. Gray: it waits, or nobody knows."""
    vpn = snapshot.gluetuns.get(evidence.gluetun)
    if memory.shown:
        return "good", "Available"
    if memory.latched_since is not None:
        return "bad", "Latched"
    if evidence.seen and (evidence.container is None or not evidence.container.running):
        return "bad", "Stopped"
    if not evidence.seen or vpn is None or vpn.verdict == UNKNOWN:
        return "unsure", "Unknown"
    if vpn.starting:
        return "unsure", "Waiting"
    if connected(vpn) and evidence.connected and (memory.surplus_since is not None or memory.wrong_since is None):
        # It works, and is kept free of new streams: to be removed, or to get another port.
        return "unsure", "Draining"
    return "bad", "Hidden"
