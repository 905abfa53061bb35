# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Snapshots of small worlds, judged by the core itself."""

from __future__ import annotations

from acestream_vpn_exporter.snapshot import Snapshot
from ansible_collections.acestream.vpn.plugins.module_utils._assess.host import assess
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import Memory
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from ansible_collections.acestream.vpn.plugins.module_utils._plan.plan import plan
from ansible_collections.acestream.vpn.tests.unit.plugins.module_utils.small_world import engine, gluetun, look

NOW = 1767225600.0


def snapshot(gluetuns, engines, looks=1, every=5.0, policy=None) -> Snapshot:
    """What is published after so many looks at a world that stays as it is."""
    memory, policy = Memory(), policy or Policy()
    for number in range(looks):
        seen = look(NOW + number * every, gluetuns, engines)
        memory, _transitions = assess(memory, seen, policy, seen.at)
    return Snapshot(memory, seen, policy, 0.02, plan=plan(memory, seen, policy, seen.at))


def one_vpn(**changes) -> Snapshot:
    return snapshot([gluetun(**changes)], [engine(), engine("acestream-2", port=19001, streams=2)])


def two_vpns(first=None, looks=1, **policy) -> Snapshot:
    """VPN ``one`` is as ``first`` says, ``two`` is well."""
    gluetuns = [gluetun("one", **(first or {})), gluetun("two")]
    connected = not first
    engines = [engine("a", "one", 19000, connected=connected), engine("b", "two", 19500, streams=1)]
    return snapshot(gluetuns, engines, looks, policy=Policy(**policy))
