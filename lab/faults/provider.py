# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults of the VPN provider."""

from __future__ import annotations

from lab import docker_api
from lab.definition import Vpn
from lab.errors import LabError
from lab.faults.fault import Fault, World, clear_switch, set_switch


def silent(world: World, vpn: Vpn) -> str:
    """Freeze the provider: packets go in, nothing comes back."""
    docker_api.pause(world.container(vpn.provider))
    return f"{vpn.provider} is silent: the tunnel of {vpn.gluetun} is dead and nobody says so"


def back(world: World, vpn: Vpn) -> str:
    """Let the provider go on."""
    container = world.container(vpn.provider)
    if container.status == "paused":
        with docker_api.telling(f"cannot unpause {vpn.provider}"):
            container.unpause()
    return f"{vpn.provider} is back"


def dns_dead(world: World, vpn: Vpn) -> str:
    """Let no name be resolved while addresses work."""
    set_switch(world.container(vpn.provider), "dns", "dead")
    return f"DNS behind {vpn.gluetun} is dead, addresses still work"


def dns_back(world: World, vpn: Vpn) -> str:
    """Resolve names again."""
    clear_switch(world.container(vpn.provider), "dns")
    return f"DNS behind {vpn.gluetun} works again"


def port_change(world: World, vpn: Vpn, value: str | None = None) -> str:
    """Hand out another port from the next renewal on; the old one leads nowhere at once."""
    port = value or str(vpn.forwarded_port + 1)
    if not port.isdigit() or not 1024 <= int(port) <= 65535:
        raise LabError(f"{port} is not a port", "Use a number from 1024 to 65535.")
    set_switch(world.container(vpn.provider), "port", port)
    return f"{vpn.provider} forwards port {port} (Gluetun sees it at its next renewal, within 45 s)"


def port_none(world: World, vpn: Vpn) -> str:
    """Refuse to forward any port."""
    set_switch(world.container(vpn.provider), "port", "none")
    return f"{vpn.provider} forwards no port (Gluetun sees it at its next renewal, within 45 s)"


def port_silent(world: World, vpn: Vpn) -> str:
    """Answer no NAT-PMP request; Gluetun goes on reporting the old port for minutes."""
    set_switch(world.container(vpn.provider), "natpmp", "silent")
    return f"{vpn.provider} answers no NAT-PMP request"


def port_back(world: World, vpn: Vpn) -> str:
    """Forward the definition's port again."""
    clear_switch(world.container(vpn.provider), "port", "natpmp")
    return f"{vpn.provider} forwards port {vpn.forwarded_port} (Gluetun sees it at its next renewal, within 45 s)"


FAULTS = (
    Fault("provider-silent", "vpn", "the provider stops answering (docker pause)", silent, "provider-back"),
    Fault("provider-back", "vpn", "the provider answers again", back),
    Fault("dns-dead", "vpn", "no name is resolved, addresses work", dns_dead, "dns-back"),
    Fault("dns-back", "vpn", "names are resolved again", dns_back),
    Fault("port-change", "vpn", "another forwarded port", port_change, "port-back", "the new port"),
    Fault("port-none", "vpn", "no port is forwarded any more", port_none, "port-back"),
    Fault("port-silent", "vpn", "NAT-PMP is not answered any more", port_silent, "port-back"),
    Fault("port-back", "vpn", "the definition's port is forwarded again", port_back),
)
