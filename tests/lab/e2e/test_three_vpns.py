# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A pool on three VPNs: 3/3/3, then 5/4/0, then 3/3/3."""

from __future__ import annotations

import pytest

from tests.lab.e2e.harness import docker, until
from tests.lab.e2e.test_pool import spread

LAB = {"vpns": 3, "engines": 9}
POOL = ["-e", "recovery_min_replicas=9", "-e", "recovery_failback_delay=5", "-e", "recovery_watch_for=20"]


@pytest.mark.full
def test_the_share_of_one_is_taken_over_and_given_back(world):
    assert world.run("recover", *POOL).changed == 0
    assert spread(world, world.shown()) == [3, 3, 3]
    docker("stop", world.gluetuns[2])
    done = world.run("recover", *POOL)
    assert done.code == 0, done.output
    until(lambda: world.run("recover", *POOL).code or len(world.shown()) == 9, "the others take over", 60)
    assert spread(world, world.shown()) == [5, 4, 0]
    docker("start", world.gluetuns[2])
    until(lambda: world.run("recover", *POOL).code or spread(world, world.shown()) == [3, 3, 3], "given back", 90)
    until(lambda: world.run("recover", *POOL).changed == 0, "it comes to rest", 60)
    assert spread(world) == [3, 3, 3]
    told = world.messages()
    assert "INFO: VPN3 failed, all traffic routed to VPN1 and VPN2" in told
    assert told.count("INFO: VPN3 recovered, resuming round-robin distribution") == 1
