# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stand-in for Gluetun: a real OpenVPN client behind a kill switch, with Gluetun's control server and health."""

from __future__ import annotations

import threading

import control_server
import firewall
import health
from log import log
from settings import Settings
from stop import end_with_parts, wait_for_signal
from tunnel import Tunnel


def main() -> None:
    """Close the kill switch first, then start every part."""
    settings = Settings.from_environment()
    firewall.set_up(settings)
    firewall.use_resolver(settings)
    tunnel = Tunnel(settings)
    opinion = health.Health(settings, tunnel)
    server = control_server.ControlServer(settings, tunnel)
    end_with_parts()
    for part, argument in ((control_server.serve, server), (health.serve, opinion)):
        threading.Thread(target=part, args=(argument,), daemon=True).start()
    tunnel.begin()
    log("INFO", "gluetun", "stand-in started")
    wait_for_signal(before=tunnel.kill)


if __name__ == "__main__":
    main()
