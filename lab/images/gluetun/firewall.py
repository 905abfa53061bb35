# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kill switch: nothing leaves but through the tunnel, or to the provider's endpoint."""

from __future__ import annotations

import json
import subprocess
import threading

from settings import Settings
from shell import iptables, run

_LOCK = threading.Lock()
_open: list[int] = []


def set_up(settings: Settings) -> None:
    """Close everything but what a real Gluetun leaves open. The rules die with the namespace."""
    bridge = _bridge()
    endpoint = f"-d {settings.remote} -p udp --dport {settings.remote_port}"
    for rule in (
        "-P INPUT DROP",
        "-P OUTPUT DROP",
        "-P FORWARD DROP",
        "-A INPUT -i lo -j ACCEPT",
        "-A OUTPUT -o lo -j ACCEPT",
        "-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT",
        "-A OUTPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT",
        f"-A OUTPUT -o eth0 {endpoint} -j ACCEPT",
        "-A OUTPUT -o tun0 -j ACCEPT",
        # The Docker host and its neighbours on the bridge reach control server and engines.
        f"-A INPUT -i eth0 -d {bridge} -j ACCEPT",
        f"-A OUTPUT -o eth0 -d {bridge} -j ACCEPT",
        *(f"-A INPUT -i eth0 -p tcp --dport {port} -j ACCEPT" for port in settings.input_ports),
    ):
        iptables(rule)
    for rule in ("-P INPUT DROP", "-P OUTPUT DROP", "-P FORWARD DROP", "-A INPUT -i lo -j ACCEPT"):
        _ip6tables(rule)


def allow(port: int) -> None:
    """Let peers in through the tunnel to this port, and to no other; 0: to none."""
    with _LOCK:
        while _open:
            _forwarded("-D", _open.pop())
        if port:
            _open.append(port)
            _forwarded("-A", port)


def use_resolver(settings: Settings) -> None:
    """Ask the gateway for names. Docker mounts this file, so it is written to, not replaced."""
    with open("/etc/resolv.conf", "w", encoding="ascii") as file:
        file.write(f"nameserver {settings.resolver}\n")


def _forwarded(what: str, port: int) -> None:
    for protocol in ("tcp", "udp"):
        iptables(f"{what} INPUT -i tun0 -p {protocol} --dport {port} -j ACCEPT")


def _ip6tables(rule: str) -> None:
    # A kernel without IPv6 needs no rule for it.
    subprocess.run(["ip6tables", "-w", *rule.split()], check=False, capture_output=True)


def _bridge() -> str:
    shown = subprocess.run(
        ["ip", "-4", "-j", "route", "show", "dev", "eth0", "scope", "link"], capture_output=True, check=True
    )
    found = json.loads(shown.stdout)
    if not found:
        run("false")
    return found[0]["dst"]
