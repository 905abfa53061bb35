# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings under the names of a real Gluetun's environment variables, so that one can take this one's place."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from versions import VERSIONS, Version


@dataclass(frozen=True)
class Settings:
    """What the environment says.

    :ivar config: the OpenVPN file; ``remote`` and ``remote_port`` are the provider's endpoint in it.
    :ivar resolver: the plain upstream, which is the gateway too.
    :ivar health: address and port of the health target.
    :ivar small_check: ``dns``, or ``icmp``, which is a TCP connection to the target here.
    """

    version: Version
    config: str
    remote: str
    remote_port: int
    resolver: str
    health: tuple[str, int]
    small_check: str
    health_restarts: bool
    public_ip_url: str
    port_forwarding: bool
    input_ports: tuple[int, ...]
    control_port: int
    control_log: bool

    @classmethod
    def from_environment(cls) -> Settings:
        """Read them; what is missing or wrong ends the program with a sentence, as Gluetun does."""
        name = os.environ.get("GLUETUN_STANDIN_VERSION") or "main"
        if name not in VERSIONS:
            raise SystemExit(f"GLUETUN_STANDIN_VERSION: {name} is none of {', '.join(VERSIONS)}")
        config = os.environ.get("OPENVPN_CUSTOM_CONFIG", "")
        remote = re.search(r"^remote\s+(\S+)\s+(\d+)", Path(config).read_text(encoding="utf-8"), re.MULTILINE)
        if remote is None:
            raise SystemExit(f"{config} has no line 'remote ADDRESS PORT'")
        target, _colon, target_port = os.environ["HEALTH_TARGET_ADDRESSES"].split(",")[0].partition(":")
        ports = os.environ.get("FIREWALL_INPUT_PORTS", "")
        return cls(
            version=VERSIONS[name],
            config=config,
            remote=remote[1],
            remote_port=int(remote[2]),
            resolver=os.environ["DNS_UPSTREAM_PLAIN_ADDRESSES"].partition(":")[0],
            health=(target, int(target_port)),
            small_check=os.environ.get("HEALTH_SMALL_CHECK_TYPE", "icmp"),
            health_restarts=_on("HEALTH_RESTART_VPN"),
            public_ip_url=os.environ["PUBLICIP_API"].partition("#")[2] + "/json",
            port_forwarding=_on("VPN_PORT_FORWARDING", "off"),
            input_ports=tuple(int(port) for port in ports.split(",") if port.strip()),
            control_port=int(os.environ.get("HTTP_CONTROL_SERVER_ADDRESS", ":8000").rpartition(":")[2]),
            control_log=_on("HTTP_CONTROL_SERVER_LOG"),
        )


def _on(name: str, default: str = "on") -> bool:
    return (os.environ.get(name) or default).lower() in ("on", "yes", "true", "1")
