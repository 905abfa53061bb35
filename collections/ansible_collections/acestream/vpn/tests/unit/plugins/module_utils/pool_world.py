# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A host with a pool, on which the steps of the plan are carried out as the module would."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.acestream.vpn.plugins.module_utils._act.allocation import allocate
from ansible_collections.acestream.vpn.plugins.module_utils._model.attempts import engines_created
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from ansible_collections.acestream.vpn.plugins.module_utils._model.steps import ENGINE_CREATE, ENGINE_REMOVE

from .core_builders import Host, engine, gluetun, stopped, with_container


class PoolHost:
    """Gluetuns with their engines.

    :ivar down: names of the gluetuns whose tunnel does not work.
    """

    def __init__(self, gluetuns=2, replicas=8, forwarded=True, **policy):
        self.gluetuns = [f"g{number + 1}" for number in range(gluetuns)]
        self.host = Host(Policy(min_replicas=replicas, restart_engines_on_reconnect="never", **policy))
        self.down, self.gone, self.unknown = set(), set(), set()
        self.ports = {name: (19000 + 500 * at, 19499 + 500 * at) for at, name in enumerate(self.gluetuns)}
        self.forwarded = {name: 45001 + at if forwarded else 0 for at, name in enumerate(self.gluetuns)}
        self.engines = {}
        self.at = 1000.0
        self.made, self.went = [], []

    def evidence(self, name):
        found = gluetun(name, forwarded_port=self.forwarded[name], ports=self.ports[name])
        found = with_container(found, id=name.ljust(64, "0"))
        if name in self.gone:
            return stopped(found, exit_code=137)
        if name in self.unknown:
            return replace(found, egress="unknown")
        return replace(found, egress="failed", dns="failed") if name in self.down else found

    def add(self, name, of, **changes):
        made = engine(name, of, started_at=200.0, owned=True)
        made = with_container(made, network_mode="container:" + of.ljust(64, "0"))
        self.engines[name] = replace(made, **{"p2p_port": None, **changes})

    def look(self, wait=1.0):
        """Time passes; look, and carry out what the pool needs."""
        self.at += wait
        seen = [
            replace(item, connected=False) if item.gluetun in self.down | self.gone else item
            for item in self.engines.values()
        ]
        plan = self.host.see(self.at, [self.evidence(name) for name in self.gluetuns], seen)
        for step in plan.steps:
            if step.kind == ENGINE_REMOVE:
                self.went.append(step.engine)
                del self.engines[step.engine]
            elif step.kind == ENGINE_CREATE:
                self._create(step)
        return plan

    def _create(self, step):
        port = self.host.memory.gluetuns[step.vpn].forwarded_port
        there = [item for item in self.engines.values() if item.gluetun == step.vpn]
        evidence = self.evidence(step.vpn)
        for place in allocate(evidence, there, step.count, set(self.engines), "acestream-", port, {}):
            self.made.append(place)
            ports = {name: getattr(place, name) for name in ("http_port", "https_port", "p2p_port", "forwarded")}
            self.add(place.name, step.vpn, **ports)
        self.host.memory = engines_created(self.host.memory, step.vpn, False, self.at)

    def settle(self, seconds=200.0, every=2.0):
        for _each in range(int(seconds / every)):
            self.look(every)

    def spread(self):
        return [sum(1 for item in self.engines.values() if item.gluetun == name) for name in self.gluetuns]

    def shown(self):
        shown = self.host.shown
        return [sum(1 for name in shown if self.engines[name].gluetun == each) for each in self.gluetuns]

    def forwarded_engines(self):
        return sorted((item.gluetun, item.p2p_port) for item in self.engines.values() if item.forwarded)

    def used_ports(self):
        return [
            (item.gluetun, port)
            for item in self.engines.values()
            for port in (item.http_port, item.https_port, item.p2p_port)
        ]
