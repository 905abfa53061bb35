# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one look shows of a real world, well and broken in each way."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import EngineOptions

from lab.client import Player

pytestmark = pytest.mark.lab


def test_a_world_that_is_well(eyes):
    seen = eyes.look()
    gluetun = seen.gluetuns[eyes.gluetun_name]
    assert (gluetun.seen, gluetun.container.running, gluetun.problems) == (True, True, ())
    assert (gluetun.egress, gluetun.dns, gluetun.tunnel_interface) == ("ok", "ok", True)
    assert (gluetun.api, gluetun.tunnel_status, gluetun.public_ip) == ("ok", "running", eyes.vpn.public_ip)
    assert gluetun.forwarded_port == eyes.vpn.forwarded_port
    assert list(seen.engines) == eyes.engine_names
    for engine in seen.engines.values():
        assert (engine.api, engine.connected, engine.streams, engine.problems) == ("ok", True, 0, ())
        assert engine.netns == gluetun.netns
        assert engine.version
    first = seen.engines[eyes.engine_names[0]]
    assert first.forwarded
    assert first.p2p_port == eyes.vpn.forwarded_port
    assert (seen.problems, seen.engines_listed) == ((), True)


def test_secrets_are_not_part_of_what_is_seen(eyes):
    assert eyes.options.gluetuns[0].api_key not in json.dumps(eyes.look().as_dict())


def test_a_silent_provider_shows_in_egress_at_once_and_nowhere_else(eyes):
    eyes.lab.fault("provider-silent")
    gluetun = eyes.gluetun()
    assert (gluetun.egress, gluetun.dns) == ("failed", "failed")
    assert (gluetun.api, gluetun.tunnel_status, gluetun.container.health) == ("ok", "running", "healthy")
    eyes.lab.fault("provider-back")
    eyes.until(lambda seen: seen.gluetuns[eyes.gluetun_name].egress == "ok")


def test_dead_dns_is_told_from_a_dead_tunnel(eyes):
    eyes.lab.fault("dns-dead")
    gluetun = eyes.gluetun()
    assert (gluetun.egress, gluetun.dns) == ("ok", "failed")


@pytest.mark.parametrize(
    ("fault", "api"),
    [("api-401", "unauthorised"), ("api-500", "error"), ("api-silent", "timeout"), ("api-garbage", "garbage")],
)
def test_a_control_server_that_fails_hides_nothing_else(eyes, fault, api):
    eyes.lab.fault(fault)
    gluetun = eyes.gluetun()
    assert (gluetun.api, gluetun.tunnel_status, gluetun.egress) == (api, None, "ok")
    assert gluetun.problems
    if api == "unauthorised":
        assert '"GET /v1/vpn/status"' in gluetun.problems[0]


def test_a_wrong_key_is_a_configuration_error_that_names_the_routes(eyes):
    wrong = (replace(eyes.options.gluetuns[0], api_key="wrong"),)
    gluetun = eyes.gluetun(gluetuns=wrong)
    assert (gluetun.api, gluetun.egress) == ("unauthorised", "ok")
    for route in ("/v1/vpn/status", "/v1/publicip/ip", "/v1/portforward"):
        assert any(f"GET {route}" in problem for problem in gluetun.problems)


@pytest.mark.parametrize(("fault", "state"), [("gluetun-kill", "exited"), ("gluetun-pause", "paused")])
def test_a_container_that_does_not_run_is_asked_nothing(eyes, fault, state):
    eyes.lab.fault(fault)
    gluetun = eyes.gluetun()
    assert (gluetun.seen, gluetun.container.state) == (True, state)
    assert (gluetun.egress, gluetun.dns, gluetun.api) == ("unknown", "unknown", "unasked")
    assert gluetun.problems == ()


def test_a_restart_strands_the_engines_and_the_namespaces_tell(eyes):
    eyes.lab.fault("gluetun-restart")
    seen = eyes.until(lambda seen: seen.gluetuns[eyes.gluetun_name].egress == "ok")
    gluetun = seen.gluetuns[eyes.gluetun_name]
    for engine in seen.engines.values():
        assert engine.netns not in (None, gluetun.netns)
        assert engine.container.network_mode == f"container:{gluetun.container.id}"


def test_a_recreated_gluetun_leaves_engines_that_name_another_id(eyes):
    eyes.lab.fault("gluetun-recreate")
    seen = eyes.until(lambda seen: seen.gluetuns[eyes.gluetun_name].seen)
    gluetun = seen.gluetuns[eyes.gluetun_name]
    assert all(engine.container.network_mode != f"container:{gluetun.container.id}" for engine in seen.engines.values())


def test_engines_that_fail_each_in_their_way(eyes):
    eyes.lab.fault("engine-hang", number=1)
    eyes.lab.fault("engine-kill", number=2)
    seen = eyes.look()
    hanging, killed, well = (seen.engines[name] for name in eyes.engine_names)
    assert (hanging.api, hanging.container.running, hanging.connected) == ("failed", True, None)
    assert (killed.container.state, killed.api, killed.streams) == ("exited", "unknown", None)
    assert (well.api, well.connected) == ("ok", True)


def test_a_stream_is_counted_while_somebody_watches(eyes):
    engine = eyes.vpn.engines[0]
    with Player(f"http://127.0.0.1:{engine.host_port}", again=True) as player:
        eyes.until(lambda seen: seen.engines[engine.name].streams == 1 and player.count.bytes > 0)
        assert eyes.engine(2).streams == 0
    eyes.until(lambda seen: seen.engines[engine.name].streams == 0)


def test_a_neighbour_without_a_label_is_invisible_and_one_that_is_declared_is_not(eyes):
    neighbour = f"{eyes.lab.lab.prefix}-neighbour"
    image = eyes.lab.container(eyes.engine_names[0]).image.id
    made = eyes.lab.client.containers.create(
        image, ["sleep", "3600"], entrypoint="", name=neighbour, network_mode=f"container:{eyes.gluetun_name}"
    )
    try:
        made.start()
        assert neighbour not in eyes.look().engines
        declared = (EngineOptions(neighbour, eyes.gluetun_name, 6999),)
        engine = eyes.look(engines=declared).engines[neighbour]
        assert (engine.gluetun, engine.container.running, engine.api) == (eyes.gluetun_name, True, "failed")
    finally:
        made.remove(force=True)


def test_a_container_put_aside_is_its_engine(eyes):
    name = eyes.engine_names[2]
    container = eyes.lab.container(name)
    container.rename(name + ".acestream-aside")
    try:
        engine = eyes.engine(3)
        assert (engine.name, engine.aside, engine.seen, engine.container) == (name, True, True, None)
    finally:
        container.rename(name)
