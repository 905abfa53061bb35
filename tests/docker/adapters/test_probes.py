# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Probes from inside a real namespace, and the same where it cannot be entered."""

from __future__ import annotations

import os
import socket
import threading
import time
from dataclasses import replace

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._host.namespace import (
    NamespaceUnavailable,
    belongs_to,
    identity,
    inside,
    tcp_sockets,
)
from ansible_collections.acestream.vpn.plugins.module_utils._observe import egress_exec, engine_api_exec, streams
from ansible_collections.acestream.vpn.plugins.module_utils._observe.dns_query import probe as probe_dns
from ansible_collections.acestream.vpn.plugins.module_utils._observe.egress_probe import probe
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_api import SOURCE, ask
from ansible_collections.acestream.vpn.plugins.module_utils._observe.gluetun import probe_egress

pytestmark = pytest.mark.lab

LIT = "1.1.1.1:443"


@pytest.fixture
def gluetun(eyes):
    return eyes.pid(eyes.gluetun_name)


@pytest.fixture
def dark(eyes):
    """A target that never answers: nobody has that address of the network beside the tunnel."""
    return f"{eyes.vpn.subnet[200]}:443"


def listen(pid, answer):
    """A server inside a namespace: what it does with each connection, and its port."""

    def make():
        made = socket.socket()
        made.bind(("127.0.0.1", 0))
        made.listen()
        return made

    server = inside(pid, make)

    def serve():
        while True:
            try:
                connection, _peer = server.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    return server


def test_only_the_thread_that_enters_is_elsewhere(gluetun):
    here = os.stat("/proc/self/ns/net")
    assert inside(gluetun, lambda: os.stat("/proc/thread-self/ns/net").st_ino) != here.st_ino
    assert os.stat("/proc/thread-self/ns/net").st_ino == here.st_ino
    assert identity(gluetun) != identity(os.getpid())


def test_a_process_that_is_gone_cannot_be_entered():
    with pytest.raises(NamespaceUnavailable, match="look again"):
        inside(2**22 + 1, lambda: None)
    assert identity(2**22 + 1) is None


def test_a_process_belongs_to_its_container_and_to_no_other(eyes, gluetun):
    container = eyes.lab.container(eyes.gluetun_name)
    assert belongs_to(gluetun, container.id)
    assert not belongs_to(os.getpid(), container.id)
    assert not belongs_to(gluetun, "f" * 64)


def test_one_target_that_answers_is_enough_and_the_others_are_not_waited_for(gluetun, dark):
    # The deadline is far away: had it been waited for, the test would not end.
    assert probe(gluetun, [dark, LIT], 3600.0) == ("ok", LIT)
    assert probe(gluetun, [dark], 0.5)[0] == "failed"


def test_targets_that_refuse_or_say_nothing_fail(eyes, gluetun):
    with tcp_sockets(gluetun, 1)[0] as unused:
        unused.bind(("127.0.0.1", 0))
        refused = f"127.0.0.1:{unused.getsockname()[1]}"
        verdict, said = probe(gluetun, [refused], 2.0)
        assert (verdict, said) == ("failed", f"{refused}: ECONNREFUSED")
    eyes.lab.fault("provider-silent")
    verdict, said = probe(gluetun, [LIT, "8.8.8.8:443"], 0.3)
    assert verdict == "failed"
    assert said.count("no answer") == 2


def test_a_family_that_a_host_lacks_proves_nothing(gluetun):
    verdict, _said = probe(gluetun, ["[2001:db8::1]:443", LIT], 1.0)
    assert verdict == "ok"


def test_without_targets_nothing_is_known(gluetun):
    assert probe(gluetun, [], 1.0)[0] == "unknown"


def test_without_time_nothing_is_known(gluetun, eyes):
    with pytest.raises(ValueError, match="more than 0"):
        probe(gluetun, [LIT], 0.0)
    assert eyes.gluetun(probe=replace(eyes.options.probe, probe_timeout=0.0)).egress == "unknown"


def test_dns_of_a_process_that_is_gone_is_unknown():
    assert probe_dns(2**22 + 1, 0.2, "a.example") == "unknown"


def test_an_engine_is_asked_from_an_address_of_our_own(gluetun):
    peers = []

    def answer(connection):
        peers.append(connection.getpeername()[0])
        connection.recv(4096)
        body = b'{"result":{"connected":true,"version":{"version":"1"}}}'
        connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + body)
        connection.close()

    with listen(gluetun, answer) as server:
        said = ask(gluetun, server.getsockname()[1], 2.0)
    assert (said.api, said.connected) == ("ok", True)
    assert peers == [SOURCE, SOURCE]


def drip(connection):
    connection.recv(4096)
    connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
    try:
        while True:
            connection.sendall(b" ")
            time.sleep(0.05)
    except OSError:
        connection.close()


def cut(connection):
    connection.close()


def hang(connection):
    connection.recv(1)


@pytest.mark.parametrize("answer", [cut, hang, drip])
def test_an_engine_that_does_not_answer_has_failed(gluetun, answer):
    with listen(gluetun, answer) as server:
        said = ask(gluetun, server.getsockname()[1], 0.5)
    assert (said.api, said.connected, bool(said.problem)) == ("failed", None, True)


def test_an_engine_that_there_was_no_time_for_is_unknown(gluetun):
    with listen(gluetun, drip) as server:
        assert ask(gluetun, server.getsockname()[1], 5.0, time.monotonic() + 0.2).api == "unknown"


def test_a_loopback_client_counts_as_long_as_it_stays(gluetun):
    accepted = []
    with listen(gluetun, accepted.append) as server:
        port = server.getsockname()[1]
        with tcp_sockets(gluetun, 1)[0] as client, tcp_sockets(gluetun, 1, SOURCE)[0] as ours:
            client.connect(("127.0.0.1", port))
            ours.connect(("127.0.0.1", port))
            assert streams.live_streams(gluetun, port) == 1
        # What is closed on one side only is a stream no more.
        assert streams.live_streams(gluetun, port) == 0


def test_egress_by_exec(eyes, dark):
    container = eyes.lab.container(eyes.gluetun_name).id
    how = replace(eyes.options.probe, egress_targets=(dark, LIT))
    assert probe_egress(eyes.client, container, None, how) == ("ok", LIT)
    eyes.lab.fault("provider-silent")
    assert egress_exec.probe(eyes.client, container, [LIT], 1.0)[0] == "failed"


def test_egress_by_exec_in_a_container_that_is_paused_or_gone_is_unknown(eyes):
    container = eyes.lab.container(eyes.gluetun_name).id
    eyes.lab.fault("gluetun-pause")
    assert egress_exec.probe(eyes.client, container, [LIT], 1.0)[0] == "unknown"
    assert egress_exec.probe(eyes.client, "f" * 64, [LIT], 1.0)[0] == "unknown"


def test_an_engine_by_exec(eyes):
    engine = eyes.vpn.engines[0]
    container = eyes.lab.container(engine.name).id
    said = engine_api_exec.ask_by_exec(eyes.client, container, engine.http_port, 2.0, time.monotonic() + 10)
    assert (said.api, said.connected, said.problem) == ("ok", True, "")
    none = engine_api_exec.ask_by_exec(eyes.client, container, 1, 2.0, time.monotonic() + 10)
    assert none.api == "unknown"
    assert none.problem


def test_streams_by_exec(eyes):
    engine = eyes.vpn.engines[0]
    container = eyes.lab.container(engine.name).id
    with socket.create_connection(("127.0.0.1", engine.host_port)):
        deadline = time.monotonic() + 10
        while streams.live_streams_by_exec(eyes.client, container, engine.http_port) != 1:
            assert time.monotonic() < deadline
            time.sleep(0.1)
    assert streams.live_streams_by_exec(eyes.client, "f" * 64, 1) is None
