# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Docker: time stamps, what is made of its answers and of none, and the version of its API."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import (
    DockerError,
    DockerRefused,
    DockerUnknown,
    as_container,
    as_epoch,
    call,
    connect,
    inspect,
    list_containers,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Container
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import DockerOptions
from hypothesis import given
from hypothesis import strategies as st

from ..scripted_http import cut, hang, serve

ID = "c" * 64
RAW = {
    "Id": ID,
    "Name": "/gluetun",
    "State": {
        "Status": "running",
        "Pid": 7,
        "StartedAt": "2026-01-01T00:00:00.5Z",
        "FinishedAt": "0001-01-01T00:00:00Z",
        "ExitCode": 0,
        "Error": "",
        "Health": {"Status": "unhealthy"},
    },
    "HostConfig": {"NetworkMode": "bridge", "RestartPolicy": {"Name": "unless-stopped"}},
    "Config": {"Image": "image", "Labels": {"a": "b"}},
}


@pytest.fixture
def docker(tmp_path):
    """A daemon whose answers a test writes down, and a client of it."""
    path = tmp_path / "docker.sock"
    with serve({}, otherwise=(404, '{"message":"page not found"}'), socket_path=path) as server:
        yield server, connect(DockerOptions(f"unix://{path}", 2))


def answer(server, path, status, document):
    server.answers[f"GET {path}"] = (status, json.dumps(document))


@given(
    st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1)).map(lambda moment: moment.replace(microsecond=0)),
    st.integers(0, 999_999_999),
    st.integers(0, 9),
    st.integers(-14 * 60, 14 * 60),
)
def test_time_stamps_with_any_digits_and_zone(moment, nanoseconds, digits, zone):
    fraction = f".{nanoseconds:09d}"[: digits + 1] if digits else ""
    sign, ahead = ("-" if zone < 0 else "+"), abs(zone)
    text = f"{moment.isoformat()}{fraction}{sign}{ahead // 60:02d}:{ahead % 60:02d}"
    expected = (moment.replace(tzinfo=timezone.utc) - timedelta(minutes=zone)).timestamp() + float("0" + fraction)
    assert as_epoch(text) == pytest.approx(expected, abs=1e-6)
    assert as_epoch(f"{moment.isoformat()}{fraction}Z") == pytest.approx(expected + zone * 60, abs=1e-6)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00Z", "", None, "yesterday", "2026-13-01T00:00:00Z", "2026-01-01"])
def test_what_is_no_time_stamp(text):
    assert as_epoch(text) is None


def test_a_container_as_docker_describes_it():
    container = as_container(RAW)
    assert (container.name, container.state, container.pid, container.health) == ("gluetun", "running", 7, "unhealthy")
    assert (container.started_at, container.finished_at) == (1767225600.5, None)
    assert (container.restart_policy, container.network_mode) == ("unless-stopped", "bridge")


def test_a_container_with_nothing_but_a_name():
    container = as_container({"Id": ID, "Name": "/x"})
    assert (container.state, container.health, container.restart_policy, container.labels) == ("dead", "none", "no", {})


def test_inspect(docker):
    server, client = docker
    answer(server, "/v1.41/containers/gluetun/json", 200, RAW)
    assert inspect(client, "gluetun") == as_container(RAW)


def test_a_container_that_is_absent(docker):
    _server, client = docker
    assert inspect(client, "gluetun") is None


def test_the_beginning_of_an_id_is_no_name(docker):
    server, client = docker
    answer(server, "/v1.41/containers/cccc/json", 200, RAW)
    answer(server, f"/v1.41/containers/{ID}/json", 200, RAW)
    assert inspect(client, "cccc") is None
    assert inspect(client, ID).name == "gluetun"


@pytest.mark.parametrize("said", [(500, '{"message":"oops"}'), hang, cut, (200, "<html>")])
def test_docker_that_fails_leaves_things_unknown(docker, said):
    server, client = docker
    server.otherwise = said
    with pytest.raises(DockerUnknown):
        inspect(client, "gluetun")


def test_no_docker(tmp_path):
    client = connect(DockerOptions(f"unix://{tmp_path}/none.sock", 1))
    with pytest.raises(DockerUnknown, match="does not run"):
        inspect(client, "gluetun")


def test_a_refusal_has_its_status_and_words(docker):
    server, client = docker
    server.answers["POST /v1.41/containers/x/start"] = (409, '{"message":"cannot join network"}')
    with pytest.raises(DockerRefused, match="cannot join network") as refused:
        call(client.start, "x")
    assert refused.value.status == 409


def test_a_daemon_too_new_for_our_version_is_asked_in_its_oldest(docker):
    server, client = docker
    said = "client version 1.41 is too old. Minimum supported API version is 1.44, please upgrade your client"
    server.otherwise = (400, json.dumps({"message": said}))
    answer(server, "/v1.44/containers/gluetun/json", 200, RAW)
    assert inspect(client, "gluetun").name == "gluetun"
    assert inspect(client, "gluetun").name == "gluetun"
    assert [path for _method, path, _headers, _body in server.calls] == [
        "/v1.41/containers/gluetun/json",
        "/v1.44/containers/gluetun/json",
        "/v1.44/containers/gluetun/json",
    ]


def test_a_version_that_was_chosen_is_kept(docker):
    server, _client = docker
    client = connect(DockerOptions(f"unix://{server.server_address}", 1, "1.42"))
    said = "client version 1.42 is too old. Minimum supported API version is 1.44, please upgrade your client"
    server.otherwise = (400, json.dumps({"message": said}))
    with pytest.raises(DockerUnknown, match="too old"):
        inspect(client, "gluetun")


def test_a_list_has_own_names_labels_and_networks(docker):
    server, client = docker
    network = {"NetworkMode": "container:" + "a" * 64}
    listed = [
        {
            "Id": "b" * 64,
            "Names": ["/other/alias", "/engine"],
            "Labels": {"a": "b"},
            "State": "created",
            "Image": "i",
            "HostConfig": network,
        },
        {"Names": ["/bare"], "Labels": None, "HostConfig": None},
        {"Names": None},
    ]
    answer(server, "/v1.41/containers/json", 200, listed)
    engine, bare = list_containers(client)
    assert engine == Container(
        "b" * 64, "engine", "created", network_mode=network["NetworkMode"], image="i", labels={"a": "b"}
    )
    assert bare == Container("", "bare", "")


@pytest.mark.parametrize(
    "options",
    [
        DockerOptions("nonsense://x", 1),
        DockerOptions("tcp://192.0.2.1:2376", 1, tls=True, ca_path="/none", validate_certs=True),
    ],
)
def test_options_that_make_no_sense(options):
    with pytest.raises(DockerError, match="cannot use Docker at"):
        connect(options)
