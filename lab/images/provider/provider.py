# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A VPN provider and the world beyond: OpenVPN server, NAT-PMP, DNS, public-IP echo, internet, swarm."""

from __future__ import annotations

import subprocess
import threading
import time

import dns
import firewall
import internet
import port_forwarding
import swarm
from log import log
from settings import HEALTH_PORT, INTERNET_PORT, PUBLIC_IP_PORT, Settings
from stop import end_with_parts, wait_for_signal


def openvpn() -> None:
    """Keep the OpenVPN server running."""
    while True:
        code = subprocess.run(["openvpn", "--config", "/lab/server.conf"], check=False).returncode
        log("ERROR", "openvpn", f"ended with code {code}, is started again")
        time.sleep(1)


def main() -> None:
    """Start every part."""
    settings = Settings.from_environment()
    firewall.set_up(settings)
    end_with_parts()
    parts = [
        (openvpn, ()),
        (port_forwarding.serve, (settings,)),
        (dns.serve, ()),
        (internet.serve_targets, (HEALTH_PORT,)),
        (internet.serve_targets, (INTERNET_PORT,)),
        (internet.serve_public_ip, (settings, PUBLIC_IP_PORT)),
        (swarm.serve, (settings,)),
    ]
    for part, arguments in parts:
        threading.Thread(target=part, args=arguments, daemon=True).start()
    log("INFO", "provider", f"serving {settings.public_ip}, forwarded port {settings.forwarded_port}")
    wait_for_signal()


if __name__ == "__main__":
    main()
