# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small world to look at: one gluetun, some engines, whatever a test wants changed."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import (
    Container,
    EngineEvidence,
    GluetunEvidence,
    Observation,
)


def gluetun(name="gluetun", started_at=100.0, **changes):
    container = Container("g" * 64, name, "running", 10, started_at, restart_policy="unless-stopped", health="healthy")
    evidence = GluetunEvidence(
        name,
        seen=True,
        container=container,
        netns="4:1",
        egress="ok",
        dns="ok",
        tunnel_interface=True,
        api="ok",
        tunnel_status="running",
        public_ip="203.0.113.7",
        country="Labland",
        forwarded_port=45001,
    )
    return replace(evidence, **changes)


def engine(name="acestream-1", of="gluetun", port=19000, started_at=110.0, **changes):
    container = Container(
        name.ljust(64, "e"),
        name,
        "running",
        20,
        started_at,
        restart_policy="unless-stopped",
        network_mode="container:" + "g" * 64,
        labels={"acestream.vpn_container": of, "com.example.secret": "hidden"},
    )
    evidence = EngineEvidence(
        name, of, seen=True, container=container, netns="4:1", http_port=port, api="ok", connected=True, streams=0
    )
    return replace(evidence, **changes)


def look(at, gluetuns=None, engines=None, **changes):
    gluetuns = [gluetun()] if gluetuns is None else gluetuns
    engines = [engine()] if engines is None else engines
    return replace(
        Observation(at, at, "boot", {item.name: item for item in gluetuns}, {item.name: item for item in engines}),
        **changes,
    )
