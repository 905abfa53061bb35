# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the lab tells this provider by its environment."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass

DNS_PORT = 53
#: What every name stands for: nobody's address (TEST-NET-1), for which the internet is played.
INTERNET_IP = "192.0.2.80"
HEALTH_PORT = 8081
PUBLIC_IP_PORT = 8082
#: Where the internet's and the swarm's connections are led to by redirects.
INTERNET_PORT = 8080
SWARM_PORT = 8621


@dataclass(frozen=True)
class Settings:
    """What the environment says.

    :ivar bridge: the network on which Gluetun comes in.
    :ivar gateway: the provider's end of the tunnel; ``client`` is the other one.
    :ivar swarm_ip, swarm_port: under which address engines look for the swarm.
    :ivar stream_mbit: the rate of one stream, megabit per second.
    """

    bridge: str
    gateway: str
    client: str
    public_ip: str
    country: str
    city: str
    forwarded_port: int
    swarm_ip: str
    swarm_port: int
    stream_mbit: float

    @classmethod
    def from_environment(cls) -> Settings:
        """Read them; a missing one is an error."""
        network = ipaddress.IPv4Address(os.environ["TUNNEL_NETWORK"])
        swarm_ip, _colon, swarm_port = os.environ["SWARM"].partition(":")
        return cls(
            bridge=os.environ["BRIDGE_NETWORK"],
            gateway=str(network + 1),
            client=str(network + 2),
            public_ip=os.environ["PUBLIC_IP"],
            country=os.environ["COUNTRY"],
            city=os.environ["CITY"],
            forwarded_port=int(os.environ["FORWARDED_PORT"]),
            swarm_ip=swarm_ip,
            swarm_port=int(swarm_port),
            stream_mbit=float(os.environ["STREAM_MBIT"]),
        )
