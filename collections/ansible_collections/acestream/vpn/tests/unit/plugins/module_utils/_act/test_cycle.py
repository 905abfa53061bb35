# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cycle against a control server that is as slow, as locked or as broken as a real one can be."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._act.cycle import CycleIncomplete, CycleRefused, cycle
from ansible_collections.acestream.vpn.plugins.module_utils._observe.control_server import ControlServer


class Server:
    """Answers as gluetun does, and keeps what it was told.

    :ivar blocks: a PUT with this status is not answered until the test is over, and not carried out.
    :ivar fails: a PUT with this status is answered with 500.
    """

    def __init__(self):
        self.status, self.told = "running", []
        self.refuses, self.blocks, self.fails, self.over = False, None, None, threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.reply(200, json.dumps({"status": outer.status}))

            def do_PUT(self):
                wanted = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["status"]
                if outer.refuses:
                    self.reply(401, "Unauthorized")
                    return
                outer.told.append(wanted)
                if wanted == outer.fails:
                    self.reply(500, "no")
                    return
                if wanted == outer.blocks:
                    outer.over.wait(20)
                    return
                outer.status = wanted
                self.reply(200, json.dumps({"outcome": wanted}))

            def reply(self, status, text):
                self.send_response(status)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_arguments):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def client(self):
        """One that waits for an answer only as long as it must: a machine that is busy takes its time to answer."""
        timeout = 0.2 if self.blocks else 5.0
        return ControlServer(f"http://127.0.0.1:{self.http.server_port}", "key", timeout=timeout)


@pytest.fixture
def server():
    made = Server()
    yield made
    made.over.set()
    made.http.shutdown()
    made.http.server_close()


def test_it_stops_and_runs_again(server):
    cycle(server.client(), "running", 5)
    assert (server.told, server.status) == (["stopped", "running"], "running")


def test_one_that_is_stopped_is_only_told_to_run(server):
    server.status = "stopped"
    cycle(server.client(), "stopped", 5)
    assert server.told == ["running"]


def test_a_refusal_touches_nothing_and_names_the_route(server):
    server.refuses = True
    with pytest.raises(CycleRefused, match="PUT /v1/vpn/status"):
        cycle(server.client(), "running", 5)
    assert server.told == []


def test_where_stopping_blocks_it_is_told_to_run_in_any_case(server):
    server.blocks = "stopped"
    with pytest.raises(CycleIncomplete, match="was not seen to"):
        cycle(server.client(), "running", 0.5)
    assert server.told == ["stopped", "running"]


def test_running_is_tried_again_up_to_the_deadline_and_the_failure_says_what_to_do(server):
    server.fails = "running"
    with pytest.raises(CycleIncomplete, match="could not be brought back to running"):
        cycle(server.client(), "running", 1)
    assert server.told.count("running") > 1


def test_running_that_fails_at_first_is_put_right(server):
    server.fails = "running"
    threading.Timer(0.4, lambda: setattr(server, "fails", None)).start()
    cycle(server.client(), "running", 5)
    assert server.status == "running"
