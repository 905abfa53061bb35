# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine's HTTP API, as far as players and orchestrators use it."""

from __future__ import annotations

import hashlib
import json
import re
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import documents
from sessions import Session, Sessions
from swarm_link import SwarmLink
from switches import switch

_HEX = re.compile(r"[0-9a-f]{40}")
_FAILED = {"response": None, "error": "failed to load content"}
_UNKNOWN = {"response": None, "error": "unknown playback session id"}
_SEGMENT_WAIT = 10.0  # seconds


class Handler(BaseHTTPRequestHandler):
    """One client's requests. ``link`` and ``sessions`` are set for each server."""

    link: SwarmLink
    sessions: Sessions
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "AceStreamStandIn", ""

    def do_GET(self) -> None:
        """Answer, except while the fault ``hang`` is set: then not at all."""
        while switch("hang"):
            time.sleep(0.5)
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        words = parts.path.strip("/").split("/")
        if parts.path == "/webui/api/service" and query.get("method") == "get_version":
            self._json({"result": documents.VERSION, "error": None})
        elif parts.path == "/server/api":
            self._server(query)
        elif parts.path in ("/ace/getstream", "/ace/manifest.m3u8"):
            self._start("r" if parts.path == "/ace/getstream" else "m", query)
        elif len(words) == 4 and words[0] == "ace":
            self._session(words[1], words[3], query)
        elif len(words) == 3 and words[0] == "content":
            self._content(words[2])
        else:
            self._send(404, b"not found\n", "text/plain")

    def _server(self, query: dict[str, str]) -> None:
        method = query.get("method")
        version = {key: documents.VERSION[key] for key in ("code", "platform", "version")}
        if method == "get_status":
            self._json({"result": {"playlist_loaded": True, "version": version}})
        elif method == "get_network_connection_status":
            self._json({"result": {"connected": self.link.connected}})
        elif method == "analyze_content":
            self._json(documents.content(query.get("query", "").rpartition("=")[2]))
        else:
            self._json({"error": "unknown method"})

    def _start(self, kind: str, query: dict[str, str]) -> None:
        asked = (query.get("infohash") or query.get("id") or "").lower()
        if not _HEX.fullmatch(asked):
            return self._json(_FAILED)
        # A content id is not the infohash that it stands for.
        infohash = asked if "infohash" in query else hashlib.sha1(asked.encode()).hexdigest()
        try:
            session = self.sessions.open(infohash)
        except (OSError, ValueError):
            return self._json(_FAILED)
        found = documents.started(session, self.headers.get("Host", "127.0.0.1"), kind)
        if query.get("format") == "json":
            return self._json(found)
        return self._redirect(str(found["response"]["playback_url"]))

    def _session(self, what: str, name: str, query: dict[str, str]) -> None:
        session = self.sessions.find(query.get("session") or name.partition(".")[0])
        if session is None:
            return self._json(_UNKNOWN) if what in ("stat", "cmd") else self._send(404, b"", "text/plain")
        session.used = time.monotonic()
        if what == "r":
            return self._redirect(f"/content/{session.feed.infohash}/{session.token}")
        if what == "m":
            session.feed.between(0, documents.SEGMENT, _SEGMENT_WAIT)
            return self._send(200, documents.playlist(session).encode(), "application/vnd.apple.mpegurl")
        if what == "c" and name.partition(".")[0].isdigit():
            return self._segment(session, int(name.partition(".")[0]))
        if what == "stat":
            return self._json(documents.stat(session))
        if what == "cmd" and query.get("method") == "stop":
            self.sessions.stop(session.name)
            return self._json({"response": "ok", "error": None})
        return self._send(404, b"", "text/plain")

    def _segment(self, session: Session, number: int) -> None:
        begin = number * documents.SEGMENT
        data = session.feed.between(begin, begin + documents.SEGMENT, _SEGMENT_WAIT)
        self._send(404 if data is None else 200, data or b"", "video/mp2t")

    def _content(self, token: str) -> None:
        session = self.sessions.with_token(token)
        if session is None:
            return self._send(404, b"", "text/plain")
        self.send_response(200)
        self.send_header("Content-Type", "video/mp2t")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        session.readers += 1
        try:
            self._play(session)
        except OSError:
            pass  # the player has gone
        finally:
            session.readers -= 1
            session.used = time.monotonic()
        return None

    def _play(self, session: Session) -> None:
        """Hand on what comes. While nothing comes the connection just stays open."""
        at = session.feed.oldest
        while not session.feed.closed:
            at, data = session.feed.read(at, 1.0)
            while switch("hang"):
                time.sleep(0.5)
            if data:
                self.wfile.write(data)

    def _redirect(self, location: str) -> None:
        self.send_response(302)
        self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _json(self, document: dict[str, object]) -> None:
        self._send(200, json.dumps(document).encode(), "application/json")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Every look at the engine would be a line."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is no error."""


def serve(address: str, port: int, link: SwarmLink, sessions: Sessions) -> None:
    """Serve for ever."""
    bound = type("BoundHandler", (Handler,), {"link": link, "sessions": sessions})
    _Server((address, port), bound).serve_forever()
