# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scenario 1: the VPN provider falls silent, for a moment, for longer, and while Docker says that all is well."""

from __future__ import annotations

import pytest

from tests.lab.e2e.harness import docker, inspect, until

FAST = ["-e", "recovery_restart_after=25", "-e", "recovery_cycle_after=10", "-e", "recovery_restart_interval=30"]


def _order(messages: list[str], *wanted: str) -> None:
    places = [messages.index(text) for text in wanted]
    assert places == sorted(places), messages


def test_short_outage_is_hidden_and_logged_and_restarts_nothing(world):
    world.run()
    with world.starts() as starts:
        world.fault("provider-silent")
        run = world.start()
        until(lambda: world.shown() == [], "engines are hidden")
        assert inspect(world.gluetun)["State"]["Health"]["Status"] == "healthy", "Docker is expected to be wrong here"
        world.fault("provider-back")
        output, _none = run.communicate(timeout=200)
    assert run.returncode == 0, output
    assert sum(starts.values()) == 0
    assert sorted(world.shown()) == world.engines
    _order(
        world.messages(),
        "WARN: Gluetun VPN became unhealthy",
        "INFO: Hiding 3 engines assigned to unhealthy VPN",
        "INFO: Gluetun VPN recovered and is now healthy",
    )


def test_long_outage_climbs_the_ladder_in_time_and_restarts_each_engine_once(world):
    """With the figures shortened: the tunnel is cycled, the container is restarted, the engines follow once.

    A second run that comes meanwhile leaves everything to the first.
    """
    world.run()
    with world.starts() as starts:
        world.fault("provider-silent")
        run = world.start("recover", *FAST, "-e", "recovery_trigger=alert")
        until(lambda: "gluetun_cycling" in [line["kind"] for line in world.journal()], "the tunnel is cycled", 60)
        second = world.run("recover", *FAST, "-e", "recovery_trigger=schedule")
        assert second.code == 0, second.output
        assert "Another run (alert, since " in second.output
        assert "leaving it to that one" in second.output
        assert run.poll() is None, "the first goes on"
        until(
            lambda: "gluetun_restarting" in [line["kind"] for line in world.journal()], "the container is restarted", 60
        )
        world.fault("provider-back")
        output, _none = run.communicate(timeout=200)
    assert run.returncode == 0, output
    assert "run started by: alert" in output
    last = world.document("last_run.json")
    assert (last["trigger"], last["result"], last["under_way"]) == ("alert", "ok", {})
    told = {line["kind"]: line.get("trigger") for line in world.journal()}
    for kind in ("gluetun_unhealthy", "gluetun_cycling", "gluetun_restarting", "engines_restarting"):
        assert told[kind] == "alert", told
    assert starts[world.gluetun] == 1
    assert {name: starts[name] for name in world.engines} == dict.fromkeys(world.engines, 1)
    at = {line["kind"]: line["at"] for line in world.journal()}
    failed = world.document("memory.json")["gluetuns"][world.gluetun]["last_outage"][0]
    assert at["gluetun_cycling"] - failed >= 10
    assert at["gluetun_restarting"] - failed >= 25
    assert "INFO: Restarting 3 engines on recovered VPN" in world.messages()
    again = world.run()
    assert (again.code, again.changed) == (0, 0), again.output


def test_a_stream_goes_on_and_its_engine_is_drained(world):
    """Nobody cuts a client's connection, and the engine with a stream is restarted last, if at all."""
    from lab.client import Player

    world.run()
    with Player(world.url(world.engines[0])) as player:
        until(lambda: player.count.bytes > 0, "the stream begins")
        with world.starts() as starts:
            world.fault("provider-silent")
            run = world.start("recover", *FAST)
            until(lambda: "gluetun_cycling" in [line["kind"] for line in world.journal()], "the tunnel is cycled", 60)
            world.fault("provider-back")
            output, _none = run.communicate(timeout=200)
        assert run.returncode == 0, output
        assert starts[world.engines[0]] == 0
        assert {starts[name] for name in world.engines[1:]} == {1}
        assert starts[world.gluetun] == 0
        before = player.count.bytes
        until(lambda: player.count.bytes > before, "the stream goes on")
        assert player.count.disconnects == 0
        assert "drained" in output


@pytest.mark.full
def test_policy_never_leaves_the_engines_alone(world):
    world.run()
    with world.starts() as starts:
        world.fault("provider-silent")
        run = world.start("recover", *FAST, "-e", "recovery_restart_engines_on_reconnect=never")
        until(lambda: "gluetun_cycling" in [line["kind"] for line in world.journal()], "the tunnel is cycled", 60)
        world.fault("provider-back")
        output, _none = run.communicate(timeout=200)
    assert run.returncode == 0, output
    assert sum(starts.values()) == 0
    assert sorted(world.shown()) == world.engines


@pytest.mark.full
def test_gluetun_that_docker_calls_unhealthy_is_left_alone_while_egress_works(world):
    """Docker's health check is made to fail; the tunnel works."""
    world.run()
    docker("exec", world.gluetun, "iptables", "-I", "INPUT", "-p", "tcp", "--dport", "9999", "-j", "REJECT")
    try:
        until(lambda: inspect(world.gluetun)["State"]["Health"]["Status"] == "unhealthy", "Docker says unhealthy", 60)
        with world.starts() as starts:
            done = world.run()
        assert (done.code, done.changed, sum(starts.values())) == (0, 0, 0), done.output
        assert sorted(world.shown()) == world.engines
    finally:
        docker("exec", world.gluetun, "iptables", "-D", "INPUT", "-p", "tcp", "--dport", "9999", "-j", "REJECT")
