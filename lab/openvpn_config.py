# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The OpenVPN configuration of both ends of a tunnel."""

from __future__ import annotations

from pathlib import Path

from lab.definition import Vpn

_CIPHER = "AES-128-GCM"


def server(vpn: Vpn, pki: Path) -> str:
    """The provider's end. Keepalive and the pushed route are those of a real provider."""
    return f"""\
dev tun0
dev-type tun
proto udp4
local {vpn.provider_ip}
port 1194
server {vpn.tunnel.network_address} {vpn.tunnel.netmask}
topology subnet
client-config-dir /lab/ccd
keepalive 5 20
push "redirect-gateway def1"
dh none
data-ciphers {_CIPHER}
verb 1
suppress-timestamps
{_inline(pki, "server")}"""


def client(vpn: Vpn, pki: Path) -> str:
    """Gluetun's end. Without persist-tun, as real providers' files: a dead tunnel takes its interface along."""
    return f"""\
client
dev tun0
dev-type tun
proto udp4
remote {vpn.provider_ip} 1194 udp4
nobind
connect-retry 1 4
remote-cert-tls server
data-ciphers {_CIPHER}
verb 1
{_inline(pki, "client")}"""


def fixed_address(vpn: Vpn) -> str:
    """The client keeps one address inside the tunnel, so that the forwarded port always finds it."""
    return f"ifconfig-push {vpn.tunnel[2]} {vpn.tunnel.netmask}\n"


def _inline(pki: Path, who: str) -> str:
    parts = (("ca", "ca.crt"), ("cert", f"{who}.crt"), ("key", f"{who}.key"))
    return "".join(f"<{tag}>\n{(pki / name).read_text(encoding='utf-8').strip()}\n</{tag}>\n" for tag, name in parts)
