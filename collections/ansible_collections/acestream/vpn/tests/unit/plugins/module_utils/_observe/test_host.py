# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A look at a host whose Docker does not help: nothing is raised, nothing is found, and it says what to do."""

from __future__ import annotations

import json

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import connect
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import GluetunMemory, Memory
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import EngineOptions, GluetunOptions
from ansible_collections.acestream.vpn.plugins.module_utils._observe.host import observe

from ..option_builders import host_options
from ..scripted_http import cut, hang, serve

LABEL = "acestream.vpn_container"
HUNG = {
    "hangs": hang,
    "fails": (500, '{"message":"oops"}'),
    "goes away": cut,
    "talks nonsense": (200, "<html>"),
    "lists nonsense": (200, '{"Id":1}'),
}


def host(path, **changes):
    options = {
        "docker_host": f"unix://{path}",
        "gluetuns": [GluetunOptions("g1", api_key="sekrit"), GluetunOptions("g2", api_key="sekrit")],
        "egress_targets": ("192.0.2.1:443",),
        "dns_name": "a.example",
        "probe_timeout": 0.2,
        "evidence_timeout": 10,
    }
    return host_options(**{**options, **changes})


@pytest.mark.parametrize("how", HUNG)
def test_docker_that_does_not_help(tmp_path, how):
    path = tmp_path / "docker.sock"
    with serve({}, otherwise=HUNG[how], socket_path=path) as _server:
        given = {"evidence_timeout": 0.5} if how == "hangs" else {}
        options = host(path, engines=[EngineOptions("e1", "g1", 6878)], **given)
        seen = observe(connect(options.docker), options)
    assert [evidence.seen for evidence in seen.gluetuns.values()] == [False, False]
    assert all(evidence.problems for evidence in seen.gluetuns.values())
    assert all(not evidence.seen for evidence in seen.engines.values())
    assert not seen.engines_listed
    assert seen.problems
    assert "sekrit" not in json.dumps(seen.as_dict())


def test_no_docker_at_all(tmp_path):
    options = host(tmp_path / "none.sock")
    seen = observe(connect(options.docker), options)
    assert [evidence.seen for evidence in seen.gluetuns.values()] == [False, False]
    assert "does not run" in seen.problems[0]


def test_one_container_that_docker_hangs_on_does_not_hide_the_others(tmp_path):
    path = tmp_path / "docker.sock"
    stopped = {"Id": "a" * 64, "Name": "/g1", "State": {"Status": "exited"}, "HostConfig": {}, "Config": {}}
    engine = {"Id": "b" * 64, "Name": "/e1", "State": {"Status": "created"}, "Config": {"Labels": {LABEL: "g1"}}}
    listed = [{"Names": ["/e1"], "Labels": {LABEL: "g1"}}, {"Names": ["/e2"], "Labels": {LABEL: "g2"}}]
    answers = {
        "GET /v1.41/containers/g1/json": (200, json.dumps(stopped)),
        "GET /v1.41/containers/g2/json": hang,
        "GET /v1.41/containers/json": (200, json.dumps(listed)),
        "GET /v1.41/containers/e1/json": (200, json.dumps(engine)),
        "GET /v1.41/containers/e2/json": hang,
    }
    with serve(answers, socket_path=path):
        options = host(path, evidence_timeout=3)
        seen = observe(connect(options.docker), options)
    assert seen.gluetuns["g1"].seen
    assert seen.gluetuns["g1"].container.state == "exited"
    assert (seen.gluetuns["g1"].api, seen.gluetuns["g1"].egress) == ("unasked", "unknown")
    assert not seen.gluetuns["g2"].seen
    assert seen.gluetuns["g2"].problems
    assert seen.engines["e1"].seen
    assert seen.engines["e1"].container.state == "created"
    assert not seen.engines["e2"].seen
    assert seen.engines["e2"].gluetun == "g2"
    assert seen.engines_listed
    assert not seen.problems


def test_absent_containers_are_seen_to_be_absent(tmp_path):
    path = tmp_path / "docker.sock"
    with serve({"GET /v1.41/containers/json": (200, "[]")}, (404, '{"message":"no"}'), socket_path=path):
        options = host(path, engines=[EngineOptions("e1", "g1")])
        seen = observe(connect(options.docker), options)
    assert all(evidence.seen and evidence.container is None for evidence in seen.gluetuns.values())
    assert seen.engines["e1"].seen
    assert seen.engines["e1"].container is None
    assert seen.engines["e1"].gluetun == "g1"


def test_an_engine_without_a_label_is_found_by_its_network_now_and_before(tmp_path):
    path = tmp_path / "docker.sock"
    old, new = "a" * 64, "c" * 64

    def engine(name, network):
        return {"Names": [f"/{name}"], "Labels": {"app": "ace"}, "HostConfig": {"NetworkMode": f"container:{network}"}}

    listed = [{"Names": ["/g2"], "Id": new}, engine("e1", new), engine("e2", old), engine("e3", "d" * 64)]
    memory = Memory(gluetuns={"g2": GluetunMemory(container_id=old)})
    answers = {"GET /v1.41/containers/json": (200, json.dumps(listed))}
    with serve(answers, (404, '{"message":"no"}'), socket_path=path) as server:
        options = host(path, engine_filters=("app=ace",))
        seen = observe(connect(options.docker), options, lambda: memory)
    assert {name: engine.gluetun for name, engine in seen.engines.items()} == {"e1": "g2", "e2": "g2"}
    (said,) = seen.unassigned
    assert "e3" in said
    # One call lists all there is; only what is looked after is looked at.
    assert sorted(path.split("?")[0].split("/")[3] for _method, path, *_rest in server.calls) == [
        "e1",
        "e2",
        "g1",
        "g2",
        "json",
    ]


def test_a_process_of_the_same_number_here_is_not_taken_for_the_containers(tmp_path):
    path = tmp_path / "docker.sock"
    container = {
        "Id": "a" * 64,
        "Name": "/g1",
        "State": {"Status": "running", "Pid": 1},
        "NetworkSettings": {"Networks": {}},
        "HostConfig": {},
        "Config": {},
    }
    answers = {
        "GET /v1.41/containers/g1/json": (200, json.dumps(container)),
        "GET /v1.41/containers/json": (200, "[]"),
    }
    with serve(answers, (404, '{"message":"no"}'), socket_path=path):
        options = host(path)
        evidence = observe(connect(options.docker), options).gluetuns["g1"]
    assert evidence.seen
    assert (evidence.netns, evidence.egress, evidence.dns, evidence.tunnel_interface) == (
        None,
        "unknown",
        "unknown",
        None,
    )
    assert any("egress could not be probed" in problem for problem in evidence.problems)
