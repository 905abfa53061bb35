# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scenario 3 with a pool: what a VPN that fails takes away is made up for on the other, and given back."""

from __future__ import annotations

import json
import signal
from collections import Counter

import pytest

from lab.client import Player
from tests.lab.e2e.harness import Lab, docker, event_stream, finish, inspect, until

LAB = {"vpns": 2, "engines": 8}
POOL = ["-e", "recovery_min_replicas=8"]
FAST = [*POOL, "-e", "recovery_cycle_after=8", "-e", "recovery_restart_after=120", "-e", "recovery_failback_delay=15"]


def containers(world: Lab) -> dict[str, str]:
    """The engines that there are, and the gluetun of each."""
    words = ["--filter", f"label=acestream.vpn.lab={world.prefix}", "--filter", "label=acestream.http_port"]
    listed = docker("ps", "--all", *words, "--format", '{{.Names}} {{.Label "acestream.vpn_container"}}')
    return dict(line.split() for line in listed.splitlines())


def spread(world: Lab, names: list[str] | None = None) -> list[int]:
    """How many engines each VPN has, of all or of these."""
    there = containers(world)
    counted = Counter(there[name] for name in (there if names is None else names))
    return [counted[name] for name in world.gluetuns]


def forwarded(world: Lab) -> list[str]:
    return sorted(
        gluetun
        for name, gluetun in containers(world).items()
        if "acestream.forwarded" in inspect(name)["Config"]["Labels"]
    )


def created(events: list[dict], world: Lab) -> Counter:
    return Counter(
        event["Actor"]["Attributes"]["name"]
        for event in events
        if event["Action"] == "create" and event["Actor"]["Attributes"].get("name", "").startswith(world.prefix + "-")
    )


def test_the_other_vpn_takes_over_and_gives_back_while_both_play(world):
    """The specification's scenario 3 from top to bottom, in one run."""
    assert world.run("recover", *FAST).changed == 0
    there = containers(world)
    first, second = ([name for name in world.engines if there[name] == gluetun][1] for gluetun in world.gluetuns)
    with Player(world.url(first)) as cut, Player(world.url(second)) as kept:
        until(lambda: cut.count.bytes > 0 and kept.count.bytes > 0, "both streams begin")
        world.fault("provider-silent", "--vpn", "1")
        run = world.start("recover", *FAST)
        until(lambda: spread(world, world.shown()) == [0, 8], "replacements serve on VPN2", 60)
        world.fault("provider-back", "--vpn", "1")
        done = finish(run)
        assert done.code == 0, done.output
        until(lambda: world.run("recover", *FAST).code or spread(world) == [4, 4], "balanced again", 90)
        assert spread(world, world.shown()) in ([3, 4], [4, 4]), "the one that plays is drained before its restart"
        assert (kept.count.disconnects, cut.count.disconnects) == (0, 0)
        assert kept.count.longest_gap < 2
    assert sorted(containers(world)) == world.engines, "those that came last are those that went"
    told = world.messages()
    places = [
        next(at for at, said in enumerate(told) if said.startswith(message))
        for message in (
            "WARN: Gluetun VPN became unhealthy",
            "INFO: Hiding 4 engines assigned to unhealthy VPN",
            "INFO: VPN1 failed, all traffic routed to VPN2",
            "INFO: Provisioning 4 engines on healthy VPN",
            "INFO: Gluetun VPN recovered and is now healthy",
            "INFO: VPN1 recovered, resuming round-robin distribution",
            "INFO: Hiding 4 surplus engines, to be removed when idle",
            "INFO: Removing 4 surplus engines",
        )
    ]
    assert places == sorted(places)
    assert forwarded(world) == world.gluetuns


@pytest.mark.full
def test_a_pool_is_made_from_nothing_by_two_runs_at_once_and_once(world):
    world.run()
    docker("rm", "--force", *world.engines)
    looked = world.run("recover", *POOL, "--check")
    assert looked.code == 0, looked.output
    assert containers(world) == {}, "check mode makes nothing"
    with event_stream() as events:
        for run in [world.start("recover", *POOL) for _each in range(2)]:
            done = finish(run)
            assert done.code == 0, done.output
    assert created(events, world) == dict.fromkeys(world.engines, 1)
    assert (spread(world), forwarded(world)) == ([4, 4], world.gluetuns)
    until(lambda: world.run("recover", *POOL).code or len(world.shown()) == 8, "all serve", 60)
    again = world.run("recover", *POOL)
    assert (again.code, again.changed) == (0, 0), again.output


@pytest.mark.full
def test_the_forwarded_engine_that_is_gone_comes_back_with_its_port(world):
    world.run("recover", *POOL)
    name = next(name for name in world.engines if "acestream.forwarded" in inspect(name)["Config"]["Labels"])
    before = inspect(name)
    docker("rm", "--force", name)
    done = world.run("recover", *POOL)
    assert done.code == 0, done.output
    after = inspect(name)
    assert [after["Config"]["Cmd"][at] for at in (4, -1)] == [before["Config"]["Cmd"][at] for at in (4, -1)]
    assert after["Config"]["Labels"]["acestream.forwarded"] == "true"
    assert world.run("recover", *POOL).changed == 0


@pytest.mark.full
def test_a_run_that_is_killed_is_completed_by_the_next(world):
    world.run()
    docker("rm", "--force", *world.engines)
    run = world.start("recover", *POOL)
    until(lambda: containers(world), "the first engine is made")
    run.send_signal(signal.SIGKILL)
    run.wait()
    until(lambda: world.run("recover", *POOL).code or len(world.shown()) == 8, "all serve", 90)
    assert (spread(world), forwarded(world)) == ([4, 4], world.gluetuns)
    assert world.run("recover", *POOL).changed == 0


@pytest.mark.full
def test_an_engine_that_cannot_be_made_is_said_and_tried_again_later(world):
    world.run("recover", *POOL)
    docker("rm", "--force", world.engines[-1])
    spec = json.dumps({"recovery_engine_spec": {**_spec(world), "image": "nobody/has-this:1"}})
    done = world.run("recover", *POOL, "-e", spec)
    assert done.code == 0, done.output
    assert [line["kind"] for line in world.journal()].count("engine_create_failed") == 1
    assert "its image is not on this host" in done.output or "its image is gone from this host" in done.output
    assert len(world.shown()) == 7
    again = world.run("recover", *POOL, "-e", spec)
    assert (again.code, again.changed) == (0, 0), "not before a minute has passed"
    wrong = world.run("recover", *POOL, "-e", '{"recovery_engine_spec": {"image": "x"}}')
    assert wrong.code == 2
    assert "must hold --http-port" in wrong.output


def _spec(world: Lab) -> dict:
    engine = inspect(world.engines[0])["Config"]
    command = [*engine["Cmd"][:4], "{http_port}", "--https-port", "{https_port}", "--port", "{p2p_port}"]
    return {"command": command, "name_prefix": f"{world.prefix}-engine"}
