# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gluetun's control server: the order of its refusals, and its faults."""

from __future__ import annotations

import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import auth
import endpoints
from endpoints import Answer, Endpoint, error
from log import log
from settings import Settings
from switches import switch
from tunnel import Tunnel

_FAULTS = {
    "401": error(401, "Unauthorized"),
    "500": error(500, "Internal Server Error"),
    "garbage": Answer(200, '{"status":<<\x00not json'),
}


class ControlServer:
    """Routes and roles of one control server."""

    def __init__(self, settings: Settings, tunnel: Tunnel) -> None:
        """Read the roles; a wrong one ends the program."""
        self.settings = settings
        self.routes = endpoints.table(settings, tunnel)
        known = {f"{method} {path}" for path, methods in self.routes.items() for method in methods}
        self.auth = auth.from_environment(settings.version, known)

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """The answer to one request."""
        found = self.routes.get(path, {}).get(method)
        if self.settings.version.routed:
            if path not in self.routes:
                return error(404, "Not Found")
            if found is None:
                return error(405, "Method Not Allowed")
        return self._older(found, method, path, headers, body)

    def _older(self, found: Endpoint | None, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """Up to 3.41.1 the key is looked at first, and what no role has is refused like a wrong key."""
        if found is None and self.settings.version.auth:
            return error(401, "Unauthorized")
        if found is None:
            what = f"method {method}" if path in self.routes else f"route {path}"
            return error(400, f"{what} not supported")
        if not self.auth.admits(f"{method} {path}", headers):
            return error(401, "Unauthorized")
        return found(body)


def serve(server: ControlServer) -> None:
    """Serve for ever."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            while switch("api") == "silent":
                time.sleep(0.5)
            fault = _FAULTS.get(switch("api"))
            headers = {name: self.headers.get(name, "") for name in ("X-API-Key", "Authorization")}
            self._send(fault or server.answer(self.command, self.path.partition("?")[0], headers, body))

        do_GET = do_PUT = do_POST = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = _any

        def _send(self, answer: Answer) -> None:
            body = answer.text.encode()
            # Go names no server.
            self.send_response_only(answer.status)
            if body:
                self.send_header("Content-Type", answer.kind)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Date", self.date_time_string())
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)
            if server.settings.control_log:
                log("INFO", "http server", f"{answer.status} {self.command} {self.path} wrote {len(body)}B to client")

        def log_message(self, *_arguments: object) -> None:
            """Requests that are none are not worth a line."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that goes away is no error."""

    listening = Server(("0.0.0.0", server.settings.control_port), Handler)
    log("INFO", "http server", f"http server listening on [::]:{server.settings.control_port}")
    listening.serve_forever()
