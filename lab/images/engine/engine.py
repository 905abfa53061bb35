#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stand-in for the AceStream engine: its HTTP API, and real bytes from a swarm beyond the VPN."""

from __future__ import annotations

import os
import socketserver
import sys
import threading

# Started through a link in another folder.
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

import api
import options
from log import log
from sessions import Sessions
from stop import end_with_parts, wait_for_signal
from swarm_link import SwarmLink
from switches import FOLDER


class Peer(socketserver.BaseRequestHandler):
    """A peer that gets through to the P2P port has seen all it wants."""


class P2p(socketserver.ThreadingTCPServer):
    """The P2P port."""

    allow_reuse_address = True
    daemon_threads = True


def main() -> None:
    """Start every part; a port that is taken ends the engine."""
    asked = options.parse(sys.argv[1:])
    swarm_ip, _colon, swarm_port = os.environ["SWARM"].partition(":")
    address = "0.0.0.0" if asked.bind_all else "127.0.0.1"
    (FOLDER / "http_port").write_text(str(asked.http_port), encoding="ascii")
    link = SwarmLink((swarm_ip, int(swarm_port)), asked.port)
    sessions = Sessions(link)
    end_with_parts()
    parts = [
        (P2p(("0.0.0.0", asked.port), Peer).serve_forever, ()),
        (link.keep, ()),
        (sessions.tidy, ()),
        (api.serve, (address, asked.http_port, link, sessions)),
    ]
    for part, arguments in parts:
        threading.Thread(target=part, args=arguments, daemon=True).start()
    log("INFO", "engine", f"http port {asked.http_port}, P2P port {asked.port}")
    wait_for_signal()


if __name__ == "__main__":
    main()
