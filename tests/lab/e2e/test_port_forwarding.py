# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scenario 4: the VPN provider hands out another port, or none for minutes."""

from __future__ import annotations

import json
import urllib.request

from lab import checks
from lab.client import Player
from tests.lab.e2e.harness import Lab, inspect, until

#: Gluetun asks for its port every 45 s.
RENEWAL = 90
SETTLED = ["-e", "recovery_port_settle=2"]
IMPATIENT = ["-e", "recovery_port_loss_after=1", "-e", "recovery_port_cycle_after=8", "-e", "recovery_watch_for=0"]


def forwarded_port(world: Lab) -> int:
    """As Gluetun's control server has it."""
    network = next(iter(inspect(world.gluetun)["NetworkSettings"]["Networks"].values()))
    key = (world.folder / "api_key").read_text(encoding="utf-8").strip()
    _status, body = checks.get(f"http://{network['IPAddress']}:8000/v1/portforward", key)
    return json.loads(body)["port"]


def peers(url: str) -> int:
    """Peers of a stream, which are more where the swarm can reach the engine's P2P port."""
    asked = f"{url}/ace/getstream?id={'a' * 40}&format=json"
    with urllib.request.urlopen(asked, timeout=10) as answer:
        stat = json.load(answer)["response"]["stat_url"]
    with urllib.request.urlopen(stat, timeout=10) as answer:
        return json.load(answer)["response"].get("peers", 0)


def test_the_forwarded_engine_gets_the_new_port_and_no_other_engine_is_touched(world):
    world.run()
    engine, others = world.engines[0], world.engines[1:]
    before = inspect(engine)
    with Player(world.url(others[0])) as player, world.starts() as starts:
        until(lambda: player.count.bytes > 0, "the stream begins")
        world.fault("port-change")
        until(lambda: forwarded_port(world) not in (0, 45001), "Gluetun has the new port", RENEWAL)
        new = forwarded_port(world)
        done = world.run("recover", *SETTLED)
        assert done.code == 0, done.output
        assert player.count.disconnects == 0
        assert player.count.longest_gap < 2
    after = inspect(engine)
    assert starts == {engine: 1}
    assert after["Config"]["Cmd"] == [str(new) if word == "45001" else word for word in before["Config"]["Cmd"]]
    assert {**after["Config"], "Cmd": None} == {**before["Config"], "Cmd": None}
    assert after["HostConfig"] == before["HostConfig"]
    assert f"INFO: New forwarded port obtained: {new}" in world.messages()
    until(lambda: peers(world.url(engine)) > peers(world.url(others[0])), "the swarm reaches the new port")
    again = world.run("recover", *SETTLED)
    assert (again.code, again.changed) == (0, 0), again.output


def test_a_lost_port_cycles_the_tunnel_and_never_the_container(world):
    world.run()
    with Player(world.url(world.engines[1])) as player, world.starts() as starts:
        until(lambda: player.count.bytes > 0, "the stream begins")
        world.fault("port-none")
        until(lambda: forwarded_port(world) == 0, "Gluetun has lost its port", RENEWAL)

        def told(kind: str) -> bool:
            done = world.run("recover", *IMPATIENT)
            assert done.code == 0, done.output
            return kind in [line["kind"] for line in world.journal()]

        until(lambda: told("gluetun_cycling"), "the tunnel is cycled for its port", 60)
        assert "WARN: Forwarded port lost, P2P performance degraded" in world.messages()
        assert sorted(world.shown()) == world.engines, "engines stay in service"
        world.fault("port-back")
        until(lambda: told("port_obtained"), "the port is back", RENEWAL)
        before = player.count.bytes
        until(lambda: player.count.bytes > before, "the stream goes on")
        assert player.count.disconnects == 0
    assert not starts, "no container is restarted for a port"
    assert world.messages()[-1] == "INFO: New forwarded port obtained: 45001"
    assert world.run("recover", *SETTLED).changed == 0


def test_a_stream_on_the_forwarded_engine_is_waited_for(world):
    world.run()
    engine = world.engines[0]
    with Player(world.url(engine)) as player:
        until(lambda: player.count.bytes > 0, "the stream begins")
        world.fault("port-change")
        until(lambda: forwarded_port(world) not in (0, 45001), "Gluetun has the new port", RENEWAL)
        done = world.run("recover", *SETTLED)
        assert "when drained (1 live stream(s))" in done.output
        assert player.count.disconnects == 0
        assert sorted(world.shown()) == world.engines[1:], "it gets no further stream meanwhile"
    with world.starts() as starts:
        until(lambda: world.run("recover", *SETTLED).changed == 1, "it is recreated once the stream has ended")
    assert starts == {engine: 1}
    assert sorted(world.shown()) == world.engines
