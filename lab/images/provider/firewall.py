# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The provider's packet rules: the tunnel is let in, the internet is played here, nothing leaves."""

from __future__ import annotations

from settings import DNS_PORT, INTERNET_PORT, SWARM_PORT, Settings
from shell import iptables, run

_CHAIN = "FORWARDED"


def rules(settings: Settings) -> list[str]:
    """The rules, in the order in which they are set."""
    inside = "-t nat -A PREROUTING -i tun0"
    swarm = f"-d {settings.swarm_ip} -p tcp --dport {settings.swarm_port}"
    return [
        "-P INPUT DROP",
        "-P OUTPUT DROP",
        "-P FORWARD DROP",
        "-A INPUT -i lo -j ACCEPT",
        "-A OUTPUT -o lo -j ACCEPT",
        "-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT",
        "-A OUTPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT",
        # From the bridge only the tunnel itself: nothing beyond it is to be reached past it.
        f"-A INPUT -i eth0 -s {settings.bridge} -p udp --dport 1194 -j ACCEPT",
        "-A INPUT -i tun0 -j ACCEPT",
        "-A OUTPUT -o tun0 -j ACCEPT",
        # DNS, whichever resolver is asked.
        f"{inside} -p udp --dport 53 -j REDIRECT --to-ports {DNS_PORT}",
        f"{inside} -d {settings.gateway} -j RETURN",
        f"{inside} {swarm} -j REDIRECT --to-ports {SWARM_PORT}",
        f"{inside} -p tcp -j REDIRECT --to-ports {INTERNET_PORT}",
        # The swarm's peers connect from here to the public address.
        f"-t nat -N {_CHAIN}",
        f"-t nat -A OUTPUT -d {settings.public_ip} -j {_CHAIN}",
        f"-t nat -A POSTROUTING -o tun0 -j SNAT --to-source {settings.gateway}",
    ]


def set_up(settings: Settings) -> None:
    """Set the rules and give this container the public address."""
    for rule in rules(settings):
        iptables(rule)
    run("ip", "address", "replace", f"{settings.public_ip}/32", "dev", "lo")


def forward(settings: Settings, port: int | None) -> None:
    """Lead this port of the public address, and no other, to the tunnel's client; None: no port at all."""
    iptables(f"-t nat -F {_CHAIN}")
    for protocol in ("tcp", "udp") if port else ():
        target = f"{settings.client}:{port}"
        iptables(f"-t nat -A {_CHAIN} -p {protocol} --dport {port} -j DNAT --to-destination {target}")
