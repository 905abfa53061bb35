# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scenario 3: of two VPNs one fails, or one after the other, and they return in any order."""

from __future__ import annotations

import pytest

from lab.client import Player
from tests.lab.e2e.harness import until

LAB = {"vpns": 2, "engines": 4}
FAST = ["-e", "recovery_cycle_after=10", "-e", "recovery_restart_after=120"]


def test_one_fails_and_the_other_serves_without_a_gap(world):
    world.run()
    first, second = world.engines_of(1), world.engines_of(2)
    assert (len(first), len(second)) == (2, 2)
    with Player(world.url(first[0])) as cut, Player(world.url(second[0])) as kept, world.starts() as starts:
        until(lambda: cut.count.bytes > 0 and kept.count.bytes > 0, "both streams begin")
        world.fault("provider-silent", "--vpn", "1")
        run = world.start("recover", *FAST)
        until(lambda: world.shown() == second, "the engines of VPN1 are hidden, those of VPN2 are not")
        until(lambda: "gluetun_cycling" in [line["kind"] for line in world.journal()], "the tunnel is cycled", 60)
        world.fault("provider-back", "--vpn", "1")
        output, _none = run.communicate(timeout=200)
        assert run.returncode == 0, output
        assert kept.count.disconnects == 0
        assert kept.count.longest_gap < 2
        assert cut.count.disconnects == 0
    assert starts == {first[1]: 1}, "the one with a stream is drained, and nothing of VPN2 is touched"
    told = world.messages()
    places = [
        told.index(message)
        for message in (
            "WARN: Gluetun VPN became unhealthy",
            "INFO: Hiding 2 engines assigned to unhealthy VPN",
            "INFO: VPN1 failed, all traffic routed to VPN2",
            "INFO: Gluetun VPN recovered and is now healthy",
            "INFO: VPN1 recovered, resuming round-robin distribution",
        )
    ]
    assert places == sorted(places)


@pytest.mark.full
def test_both_fail_and_the_first_that_is_back_serves(world):
    """One of the orders; the simulated host has them all."""
    world.run()
    first, second = 1, 2
    for vpn in (first, second):
        world.fault("provider-silent", "--vpn", str(vpn))
        done = world.run("recover", "-e", "recovery_watch_for=20", *FAST)
        assert done.code == 0, done.output
    assert world.shown() == []
    assert f"INFO: VPN{first} failed, all traffic routed to VPN{second}" in world.messages()
    assert f"CRITICAL: VPN{second} failed, no other VPN works: new streams wait until one is back" in world.messages()
    world.fault("provider-back", "--vpn", str(second))
    until(
        lambda: world.run("recover", "-e", "recovery_watch_for=5", *FAST).code == 0 and world.shown(), "one serves", 90
    )
    assert set(world.shown()) <= set(world.engines_of(second))
    world.fault("provider-back", "--vpn", str(first))
    until(lambda: sorted(world.shown()) == world.engines or world.run("recover", *FAST).code, "all serve", 120)
    told = world.messages()
    assert f"INFO: VPN{second} recovered, all traffic routed to VPN{second}" in told
    assert told.count(f"INFO: VPN{first} recovered, resuming round-robin distribution") == 1
    again = world.run()
    assert (again.code, again.changed) == (0, 0), again.output


@pytest.mark.full
def test_one_is_recreated_while_the_other_is_down(world):
    world.run()
    world.fault("provider-silent", "--vpn", "2")
    world.fault("gluetun-recreate", "--vpn", "1")
    done = world.run("recover", "-e", "recovery_watch_for=20", *FAST)
    assert done.code == 0, done.output
    assert sorted(world.shown()) == world.engines_of(1)
    world.fault("provider-back", "--vpn", "2")
    until(lambda: sorted(world.shown()) == world.engines or world.run("recover", *FAST).code, "all serve", 120)
    assert world.run().changed == 0
