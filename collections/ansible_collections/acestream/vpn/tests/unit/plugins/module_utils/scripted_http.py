# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real HTTP server, on loopback or on a Unix socket, whose answers a test writes down."""

from __future__ import annotations

import contextlib
import http.server
import socketserver
import threading
import time


class Recorded(http.server.BaseHTTPRequestHandler):
    """Answers from C(server.answers): by "METHOD /path", a status and a body, or a function that answers itself."""

    def log_message(self, *arguments):
        pass

    def address_string(self):
        return "test"

    def _handle(self):
        length = int(self.headers.get("Content-Length") or 0)
        path = self.path.split("?")[0]
        self.server.calls.append((self.command, self.path, dict(self.headers), self.rfile.read(length)))
        answer = self.server.answers.get(f"{self.command} {path}", self.server.otherwise)
        if callable(answer):
            answer(self)
            return
        status, body, *headers = answer
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    do_GET = do_PUT = do_POST = do_HEAD = _handle


class _Tcp(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class _Unix(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


@contextlib.contextmanager
def serve(answers, otherwise=(404, "Not Found\n"), socket_path=None):
    """Serve, and give the server: C(url), C(calls) so far, and C(answers), which may be changed."""
    server = _Unix(str(socket_path), Recorded) if socket_path else _Tcp(("127.0.0.1", 0), Recorded)
    server.answers, server.otherwise, server.calls = answers, otherwise, []
    server.closing = threading.Event()
    server.url = None if socket_path else f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()


def hang(handler):
    """Take the request and say nothing until the test is over."""
    handler.server.closing.wait(60)
    handler.close_connection = True


def drip(handler):
    """Begin an answer, and go on with a byte now and then for ever."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    with contextlib.suppress(OSError):
        while not handler.server.closing.is_set():
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.02)


def cut(handler):
    """Close the connection without an answer."""
    handler.close_connection = True
    handler.connection.close()
