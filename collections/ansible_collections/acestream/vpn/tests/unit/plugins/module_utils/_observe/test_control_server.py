# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gluetun's control server, version by version: what is asked, and what is made of the answers."""

from __future__ import annotations

import json
import time

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._observe.control_server import (
    PORT,
    PORT_OLD,
    ControlServer,
    _port,
)
from hypothesis import given
from hypothesis import strategies as st

from ..scripted_http import cut, drip, hang, serve

KEY = "sekrit-key-17"
RUNNING = (200, '{"status":"running"}\n')
ONE = (200, '{"port":45001}\n')
BOTH = (200, '{"port":45001,"ports":[45001]}\n')
REFUSED = (401, "Unauthorized\n")
MOVED = (301, '<a href="/v1/portforward">Moved Permanently</a>.\n\n', ("Location", PORT))


def client(server, timeout=30.0, **options):
    return ControlServer(server.url, KEY, timeout=timeout, **options)


def paths(server):
    return [path for _method, path, _headers, _body in server.calls]


#: Answers of each version to GET of the new and the old route, as in the table of its documentation and its releases.
VERSIONS = {
    "v3.38.0": {"GET " + PORT: (400, "route /portforward not supported\n"), "GET " + PORT_OLD: ONE},
    "v3.39.1": {"GET " + PORT: REFUSED, "GET " + PORT_OLD: ONE},
    "v3.40.0": {"GET " + PORT: REFUSED, "GET " + PORT_OLD: ONE},
    "v3.41.0": {"GET " + PORT: ONE, "GET " + PORT_OLD: MOVED},
    "v3.41.3": {"GET " + PORT: BOTH, "GET " + PORT_OLD: MOVED},
    "latest": {"GET " + PORT: BOTH, "GET " + PORT_OLD: MOVED},
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("told", [True, False])
def test_the_port_of_every_version(version, told):
    with serve(VERSIONS[version]) as server:
        port, answer = client(server).forwarded_port(version if told else None)
        assert (port, answer.problem) == (45001, "")


@pytest.mark.parametrize("version", ["v3.39.1", "v3.41.0", "v3.41.3"])
def test_a_known_version_is_asked_once(version):
    with serve(VERSIONS[version]) as server:
        client(server).forwarded_port(version)
        assert len(server.calls) == 1


@pytest.mark.parametrize(
    ("body", "port"),
    [
        ('{"port":0}', 0),
        ('{"port":0,"ports":null}', 0),
        ('{"port":0,"ports":[]}', 0),
        ('{"ports":[45001,45002]}', 45001),
        ('{"port":45001,"ports":[45001,45002]}', 45001),
        ('{"ports":[45001]}', 45001),
        ('{"port":"45001"}', None),
        ('{"port":true}', None),
        ('{"port":65536}', None),
        ('{"port":-1}', None),
        ('{"ports":45001}', None),
        ('{"ports":["a"]}', None),
        ("{}", None),
    ],
)
def test_shapes_of_the_port(body, port):
    with serve({"GET " + PORT: (200, body + "\n")}) as server:
        found, answer = client(server).forwarded_port("v3.41.3")
        assert found == port
        assert (answer.api == "garbage") == (port is None)


@given(
    st.dictionaries(
        st.sampled_from(["port", "ports", "x"]),
        st.none() | st.booleans() | st.integers() | st.floats() | st.lists(st.integers(0, 70000) | st.none()),
    )
)
def test_whatever_is_said_of_the_port_is_a_port_or_nothing(document):
    port = _port(document)
    assert port is None or 0 <= port < 65536


def test_a_role_with_the_old_route_only_is_told_the_new_one():
    with serve({"GET " + PORT: REFUSED, "GET " + PORT_OLD: MOVED}) as server:
        port, answer = client(server).forwarded_port()
        assert port is None
        assert answer.api == "unauthorised"
        assert f'add "GET {PORT}" to the routes' in answer.problem


def test_a_role_with_neither_route_is_told_both_where_the_version_is_not_known():
    with serve({"GET " + PORT: REFUSED, "GET " + PORT_OLD: REFUSED}) as server:
        _port_, answer = client(server).forwarded_port()
        assert answer.api == "unauthorised"
        assert f"GET {PORT} " in answer.problem
        assert f"GET {PORT_OLD} " in answer.problem


def test_a_role_with_neither_route_is_told_its_versions_route():
    for version, route in (("v3.40.2", PORT_OLD), ("v3.41.1", PORT)):
        with serve({"GET " + PORT: REFUSED, "GET " + PORT_OLD: REFUSED}) as server:
            _port_, answer = client(server).forwarded_port(version)
            assert f'"GET {route}"' in answer.problem


def test_a_redirect_is_followed_with_the_key():
    with serve({"GET /v1/vpn/status": (301, "", ("Location", "/elsewhere")), "GET /elsewhere": RUNNING}) as server:
        assert client(server).status().document == {"status": "running"}
        assert [headers["X-API-Key"] for _m, _p, headers, _b in server.calls] == [KEY, KEY]


def test_the_key_is_not_carried_to_another_server():
    with serve({}) as other, serve({}) as server:
        server.answers["GET /v1/vpn/status"] = (301, "", ("Location", other.url + "/v1/vpn/status"))
        answer = client(server).status()
        assert answer.api == "error"
        assert "another server" in answer.problem
        assert other.calls == []


def test_a_circle_of_redirects_ends():
    with serve({"GET /v1/vpn/status": (301, "", ("Location", "/v1/vpn/status"))}) as server:
        assert client(server).status().api == "error"


def test_a_refused_route_is_named():
    with serve({}, otherwise=REFUSED) as server:
        answer = client(server).status()
        assert answer.api == "unauthorised"
        assert '"GET /v1/vpn/status"' in answer.problem


@pytest.mark.parametrize(
    ("answer", "api"),
    [
        ((500, "oops"), "error"),
        ((400, "invalid status"), "error"),
        ((200, "<html>"), "garbage"),
        ((200, ""), "garbage"),
        ((200, "[]"), "garbage"),
        ((200, '{"status":"well"}'), "garbage"),
        ((200, "[" * 60000), "garbage"),
        ((200, "\N{SNOWMAN}"), "garbage"),
        (cut, "unreachable"),
        (hang, "timeout"),
        (drip, "timeout"),
    ],
)
def test_answers_that_are_none(answer, api):
    # Only what never answers is to be waited for; an answer of 60 kB may take its time where the machine is busy.
    with serve({}, otherwise=answer) as server:
        got = client(server, timeout=0.3 if api == "timeout" else 30).status()
        assert (got.api, bool(got.problem), got.document) == (api, True, {})


def test_nobody_there():
    with serve({}) as server:
        url = server.url
    assert ControlServer(url, KEY).status().api == "unreachable"


@pytest.mark.parametrize("key", ["new\nline", "sn\N{SNOWMAN}w", "key"])
@pytest.mark.parametrize("url", ["127.0.0.1:1", "ftp://127.0.0.1:1", "http://127.0.0.1:1", "http://", "http://[x]:1"])
def test_a_key_or_address_that_cannot_be_sent_is_unreachable_and_untold(key, url):
    answer = ControlServer(url, key, timeout=0.5).status()
    assert answer.api == "unreachable"
    assert key not in answer.problem
    assert answer.problem


def test_basic_authentication():
    with serve({"GET /v1/vpn/status": RUNNING}) as server:
        assert ControlServer(server.url, None, ("user", "word")).status().api == "ok"
        assert server.calls[0][2]["Authorization"] == "Basic dXNlcjp3b3Jk"
        assert "X-API-Key" not in server.calls[0][2]


def test_a_proxy_of_the_environment_is_not_used(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with serve({"GET /v1/vpn/status": RUNNING}) as server:
        assert client(server).status().api == "ok"


def test_settings_are_never_asked():
    with serve(dict(VERSIONS["latest"]), otherwise=RUNNING) as server:
        asked = client(server)
        asked.status(), asked.public_ip(), asked.version(), asked.forwarded_port()
        asked.put_status("running", time.monotonic() + 1)
        assert not [path for path in paths(server) if "settings" in path]


def test_an_address_without_details():
    with serve({"GET /v1/publicip/ip": (200, '{"public_ip":""}\n')}) as server:
        assert client(server).public_ip().document == {"public_ip": ""}


def switching(outcomes):
    """A control server whose tunnel is what it was last told to be."""
    state = {"status": "running"}

    def put(handler):
        wanted = json.loads(handler.server.calls[-1][3])["status"]
        outcome = outcomes(wanted, state)
        body = json.dumps({"outcome": outcome}).encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def get(handler):
        body = json.dumps(state).encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return {"PUT /v1/vpn/status": put, "GET /v1/vpn/status": get}


def obey(wanted, state):
    outcome = f"already {wanted}" if state["status"] == wanted else wanted
    state["status"] = wanted
    return outcome


def test_the_switch_is_seen():
    with serve(switching(obey)) as server:
        asked = client(server)
        assert asked.put_status("running", time.monotonic() + 30).outcome == "already running"
        done = asked.put_status("stopped", time.monotonic() + 30)
        assert done
        assert done.outcome == "stopped"


def test_a_put_that_blocks_is_sent_once_and_the_status_tells():
    def slowly(handler):
        asked = [call[0] for call in handler.server.calls].count("GET")
        body = b'{"status":"stopped"}' if asked > 3 else b'{"status":"stopping"}'
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    with serve({"PUT /v1/vpn/status": hang, "GET /v1/vpn/status": slowly}) as server:
        assert client(server, timeout=0.2).put_status("stopped", time.monotonic() + 30)
        assert [call[0] for call in server.calls].count("PUT") == 1


def test_a_crashed_tunnel_cannot_be_switched_and_that_is_said():
    def crashed(_wanted, state):
        state["status"] = "crashed"
        return "already crashed"

    with serve(switching(crashed)) as server:
        done = client(server).put_status("running", time.monotonic() + 1)
        assert not done
        assert "crashed" in done.problem
        assert done.outcome == "already crashed"


def test_a_refused_switch_ends_at_once_and_names_the_route():
    with serve({}, otherwise=REFUSED) as server:
        done = client(server).put_status("stopped", time.monotonic() + 60)
        assert not done
        assert '"PUT /v1/vpn/status"' in done.problem
        assert len(server.calls) == 1
