# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Engines that work are recreated for a new port a few at a time, and never the last one under a viewer."""

from __future__ import annotations

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy

from ..core_builders import NOW, Host, engine, gluetun

OTHER = [gluetun("one", forwarded_port=45002), gluetun("two", forwarded_port=45003)]


def forwarded(name, of, **changes):
    return engine(name, of, forwarded=True, p2p_port=45001, **changes)


def both(**changes):
    return [forwarded("first", "one", **changes), forwarded("second", "two", **changes)]


def settled(host, engines):
    host.see(NOW - 5, [gluetun("one"), gluetun("two")], engines)
    return host.see_for(NOW, NOW + 35, OTHER, engines)


@pytest.mark.parametrize(("at_a_time", "recreated"), [(1, 1), (2, 2)])
def test_only_so_many_at_a_time(at_a_time, recreated):
    host = Host(Policy(max_unavailable=at_a_time))
    plan = settled(host, both())
    assert len(plan.steps) == recreated
    assert len([item for item in plan.pending if "once others are back" in item.what]) == 2 - recreated


def test_the_next_follows_when_the_first_is_back():
    host = Host()
    (step,) = settled(host, both()).steps
    gone = [item for item in both() if item.name != step.engine]
    away = forwarded(step.engine, step.vpn, connected=False)
    assert host.see(NOW + 40, OTHER, [*gone, away]).steps == ()
    back = engine(step.engine, step.vpn, forwarded=True, p2p_port=step.p2p_port)
    (other,) = host.see(NOW + 45, OTHER, [*gone, back]).steps
    assert other.engine != step.engine


def test_the_last_that_works_waits_for_its_streams_however_long():
    host = Host(Policy(drain_timeout=60))
    engines = [forwarded("first", "one", streams=1), engine("second", "two", connected=False)]
    settled(host, engines)
    plan = host.see_for(NOW + 40, NOW + 900, OTHER, engines)
    assert "first" not in host.kinds
    assert any("no other engine works" in item.what or "once others" in item.what for item in plan.pending)
    engines[0] = forwarded("first", "one", streams=0)
    # The other one is tried, and given up in the end: it keeps nobody waiting then.
    for at in range(905, 12000, 60):
        host.see(NOW + at, OTHER, engines)
        if "first" in host.kinds:
            break
        host.attempt(NOW + at)
    assert host.memory.engines["second"].latched_since is not None
    assert host.kinds["first"] == "engine_recreate"
