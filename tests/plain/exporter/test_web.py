# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What strange clients get: an answer that says no, or a closed connection; never a trace in the log, never a delay."""

from __future__ import annotations

import http.client
import json
import socket
import time
from contextlib import ExitStack

import pytest

from tests.plain.exporter.served import served

IDLE, CONNECTIONS = 2.0, 60
TOKEN = "a-token"


@pytest.fixture(scope="module")
def exporter(tmp_path_factory):
    with served(tmp_path_factory.mktemp("web"), idle=IDLE, connections=CONNECTIONS) as running:
        _until(lambda: _ask(running, "/readyz")[0] == 200, "it is ready")
        yield running
        assert not [line for line in running.lines() if "Traceback" in line or "Error" in line], running.lines()


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    with served(tmp_path_factory.mktemp("guarded"), token=TOKEN) as running:
        _until(lambda: _ask(running, "/readyz")[0] == 200, "it is ready")
        yield running
        assert not [line for line in running.lines() if "Traceback" in line], running.lines()


def _until(condition, what, timeout=20.0):
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def _ask(exporter, path, method="GET", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", exporter.port, timeout=10)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Content-Type", ""), answer.read()
    finally:
        connection.close()


def _raw(exporter, request, count=65536):
    """What comes back for bytes that no library would send; empty: the connection was closed."""
    with socket.create_connection(("127.0.0.1", exporter.port), timeout=10) as sock:
        try:
            sock.sendall(request)
            return sock.recv(count)
        except ConnectionError:
            return b""


def _first_events(exporter, last):
    """The first two events of a stream that is resumed at an id."""
    request = f"GET /events HTTP/1.1\r\nHost: x\r\nLast-Event-ID: {last}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", exporter.port), timeout=10) as sock:
        sock.sendall(request.encode())
        text = b""
        while text.count(b"event: hello") == 0:
            text += sock.recv(4096)
    return text.decode()


@pytest.mark.parametrize(
    "path", ["/engines", "/streams", "/vpn/status", "/orchestrator/status", "/metrics", "/healthz"]
)
def test_head_has_the_headers_of_get_and_no_body(exporter, path):
    status, kind, body = _ask(exporter, path, "HEAD")
    assert (status, kind, body) == (200, _ask(exporter, path)[1], b"")


def test_what_is_not_there_or_not_allowed_is_said_in_plain_text(exporter):
    for path in ("/nothing", "/engines/1", "/events/", "/..%2f..%2fetc/passwd", "/" + "a" * 5000):
        status, kind, body = _ask(exporter, path)
        assert (status, kind.partition(";")[0]) == (404, "text/plain"), path
        assert len(body) < 200
    for method, path in (("POST", "/engines"), ("PUT", "/"), ("DELETE", "/vpn/status"), ("HEAD", "/events")):
        status, kind, _body = _ask(exporter, path, method)
        # Nothing is at "/" in this version: what is not there cannot be forbidden either.
        assert status in ((404, 405) if path == "/" else (405,)), (method, path)
        assert kind.startswith("text/plain")


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /engines?" + b"q" * 10_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /engines HTTP/1.1\r\nHost: x\r\nX-Long: " + b"h" * 100_000 + b"\r\n\r\n",
        b"GET /engines HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(5000)) + b"\r\n",
        b"GET /engines HTTP/1.1\r\nno header\r\n\r\n",
        b"GET  HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\x00" * 1000,
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
    ids=["query", "header", "headers", "no-header", "line", "tls", "zeros", "http2"],
)
def test_a_request_that_is_none_or_too_much_is_refused(exporter, request_):
    answer = _raw(exporter, request_)
    assert answer == b"" or b" 40" in answer.partition(b"\r\n")[0] or b" 41" in answer.partition(b"\r\n")[0], answer
    assert _ask(exporter, "/engines")[0] == 200


@pytest.mark.parametrize("host", [b"", b"../..", b"x:99999999", b"[::", b"\xff\xfe", b"a b", b"h" * 4000, b"<script>"])
def test_any_host_name_gets_the_same_answer_or_is_refused(exporter, host):
    """Names are not ours to judge: a proxy sends what it likes. None is ever repeated in an answer."""
    answer = _raw(exporter, b"GET /engines HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")
    assert answer.startswith((b"HTTP/1.1 200", b"HTTP/1.0 400", b"HTTP/1.1 400")), answer
    assert b"<script>" not in answer


@pytest.mark.parametrize(
    "query", ["?all=1", "?all=", "?all=1&all=2", "?%ff%fe=%00", "?" + "&".join("a=1" for _ in range(900))]
)
def test_any_query_is_answered(exporter, query):
    assert _ask(exporter, "/engines" + query)[0] == 200


@pytest.mark.parametrize("last", ["x", "1-1", "-1", "99999999999999999999-99999999999999999999", "é", "a" * 4000])
def test_an_id_that_leads_nowhere_is_told_and_the_stream_goes_on(exporter, last):
    text = _first_events(exporter, last)
    assert text.index("event: gap") < text.index("event: hello")
    assert "event: transition" not in text


def test_an_id_that_leads_somewhere_gives_what_is_behind_it(exporter):
    hello = _first_events(exporter, "x")
    here = hello.rpartition("id: ")[2].partition("\n")[0]
    start = here.partition("-")[0] + "-0"
    text = _first_events(exporter, here)
    assert "event: gap" not in text
    request = f"GET /events HTTP/1.1\r\nHost: x\r\nLast-Event-ID: {start}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", exporter.port), timeout=10) as sock:
        sock.sendall(request)
        found = b""
        while found.count(b"event: transition") < 2:
            found += sock.recv(4096)
    texts = [line.partition("data: ")[2] for line in found.decode().splitlines() if line.startswith('data: {"at"')]
    assert [json.loads(item)["kind"] for item in texts] == ["gluetun_healthy"] * 2


def test_who_never_comes_to_the_end_of_a_question_is_let_go_and_the_others_are_answered(exporter):
    """Slow on purpose: each sends a byte now and then, so that it never is quite silent."""
    opened = [socket.create_connection(("127.0.0.1", exporter.port), timeout=10) for _each in range(30)]
    try:
        for sock in opened:
            sock.sendall(b"GET /engines HTTP/1.1\r\nX-Slow: ")
        began = time.monotonic()
        alive = list(opened)
        while alive and time.monotonic() - began < IDLE + 20:
            assert _ask(exporter, "/engines")[0] == 200
            alive = [sock for sock in alive if _drips(sock)]
            time.sleep(0.2)
        assert not alive, "they are let go"
    finally:
        for sock in opened:
            sock.close()


def _drips(sock):
    """Send one more byte. :returns: whether the connection is still open."""
    sock.setblocking(False)
    try:
        sock.send(b"y")
        return sock.recv(1) != b""
    except BlockingIOError:
        return True
    except ConnectionError:
        return False


def test_no_more_connections_than_it_has_room_for_and_it_recovers(exporter):
    with ExitStack() as stack:
        opened = []
        for _each in range(CONNECTIONS * 3):
            sock = stack.enter_context(socket.create_connection(("127.0.0.1", exporter.port), timeout=10))
            opened.append(sock)
        _until(lambda: sum(_is_closed(sock) for sock in opened) >= CONNECTIONS, "those too many are closed")
    _until(lambda: _answers(exporter), "there is room again")


def _is_closed(sock):
    sock.setblocking(False)
    try:
        return sock.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


def _answers(exporter):
    try:
        return _ask(exporter, "/engines")[0] == 200
    except (OSError, http.client.HTTPException):
        return False


@pytest.mark.parametrize("value", [b"", b"Bearer", b"Bearer \xff\xfe\x80", b"Bearer " + b"x" * 7000, b"Basic YTpi"])
def test_a_token_that_is_none_is_refused_whatever_bytes_it_has(guarded, value):
    for path in (b"/engines", b"/metrics", b"/events", b"/nothing"):
        request = b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nAuthorization: " + value + b"\r\n\r\n"
        answer = _raw(guarded, request)
        assert answer.startswith(b"HTTP/1.1 401"), (path, answer)
    assert _ask(guarded, "/engines", Authorization=f"Bearer {TOKEN}")[0] == 200
