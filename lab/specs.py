# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each container is started with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lab.definition import Engine, Lab, Vpn

#: The swarm's address: nobody's (TEST-NET-2), reachable only through a tunnel, where the provider answers for it.
SWARM = "198.51.100.10:8621"
#: The beginning of an engine's command line; its HTTP port follows.
ENGINE_COMMAND = ("/acestream/acestreamengine", "--client-console", "--bind-all", "--http-port")
#: Ports of outgoing connections inside a Gluetun's namespace: above every port that an engine listens on here. In the
#: kernel's own range (32768 to 60999) one of them could hold the very port that the provider forwards, and the engine
#: that is to have it could not start.
OUTGOING_PORTS = (61000, 65535)
_TUNNEL = {"cap_add": ["NET_ADMIN"], "devices": ["/dev/net/tun:/dev/net/tun"]}


def provider(lab: Lab, vpn: Vpn, image: str, folder: Path) -> dict[str, Any]:
    """The far end of the tunnel and everything beyond it."""
    return {
        **_common(lab, vpn.provider, image),
        **_TUNNEL,
        "network": (vpn.network, vpn.provider_ip),
        "volumes": {str(folder): {"bind": "/lab", "mode": "ro"}},
        "environment": {
            "TUNNEL_NETWORK": str(vpn.tunnel.network_address),
            "BRIDGE_NETWORK": str(vpn.subnet),
            "PUBLIC_IP": vpn.public_ip,
            "COUNTRY": vpn.country,
            "CITY": vpn.city,
            "FORWARDED_PORT": str(vpn.forwarded_port),
            "SWARM": SWARM,
            "STREAM_MBIT": str(lab.stream_mbit),
        },
    }


def gluetun(lab: Lab, vpn: Vpn, image: str, folder: Path, api_key: str) -> dict[str, Any]:
    """Gluetun, the stand-in or a real one: the same environment for both.

    The engines' http ports are published here, on loopback, because engines share this namespace.
    """
    gateway = vpn.gateway
    ports = ",".join(str(port) for port in [8000, *(engine.http_port for engine in vpn.engines)])
    return {
        **_common(lab, vpn.gluetun, image),
        **_TUNNEL,
        "network": (vpn.network, vpn.gluetun_ip),
        "sysctls": {"net.ipv4.ip_local_port_range": "{} {}".format(*OUTGOING_PORTS)},
        "volumes": {str(folder): {"bind": "/gluetun/lab", "mode": "ro"}},
        "ports": {f"{engine.http_port}/tcp": ("127.0.0.1", engine.host_port) for engine in vpn.engines},
        "environment": {
            "VPN_SERVICE_PROVIDER": "custom",
            "VPN_TYPE": "openvpn",
            "OPENVPN_CUSTOM_CONFIG": "/gluetun/lab/client.ovpn",
            "VPN_PORT_FORWARDING": "on",
            "VPN_PORT_FORWARDING_PROVIDER": "protonvpn",
            "HEALTH_TARGET_ADDRESSES": f"{gateway}:8081",
            "HEALTH_ICMP_TARGET_IPS": gateway,
            "HEALTH_SMALL_CHECK_TYPE": "dns",
            "PUBLICIP_ENABLED": "on",
            "PUBLICIP_API": f"echoip#http://{gateway}:8082",
            "VERSION_INFORMATION": "off",
            "UPDATER_PERIOD": "0",
            "STORAGE_SERVERS_ENABLED": "off",
            "BLOCK_MALICIOUS": "off",
            "DNS_SERVER": "off",
            "DNS_UPSTREAM_RESOLVER_TYPE": "plain",
            "DNS_UPSTREAM_PLAIN_ADDRESSES": f"{gateway}:53",
            "PMTUD_ICMP_ADDRESSES": gateway,
            "PMTUD_TCP_ADDRESSES": f"{gateway}:8081",
            "HTTP_CONTROL_SERVER_LOG": "off",
            "HTTP_CONTROL_SERVER_AUTH_DEFAULT_ROLE": json.dumps({"auth": "apikey", "apikey": api_key}),
            "FIREWALL_INPUT_PORTS": ports,
            **({} if lab.gluetun_image else {"GLUETUN_STANDIN_VERSION": lab.standin_version}),
        },
    }


def engine(lab: Lab, made: Engine, image: str) -> dict[str, Any]:
    """One engine, labelled as the AceStream Orchestrator labels its own."""
    vpn = lab.vpn_of(made)
    labels = {
        "acestream.vpn_container": vpn.gluetun,
        "acestream.http_port": str(made.http_port),
        "acestream.https_port": str(made.https_port),
        "host.http_port": str(made.host_port),
        "acestream.engine_variant": lab.engine_variant,
        "ondemand.app": "myservice",
        **({"acestream.forwarded": "true"} if made.forwarded else {}),
    }
    common = _common(lab, made.name, image)
    return {
        **common,
        "labels": {**common["labels"], **labels},
        "network_mode": f"container:{vpn.gluetun}",
        "environment": {"SWARM": SWARM},
        "command": [
            *ENGINE_COMMAND, str(made.http_port), "--https-port", str(made.https_port), "--port", str(made.p2p_port),
        ],
    }  # fmt: skip


def _common(lab: Lab, name: str, image: str) -> dict[str, Any]:
    return {
        "name": name,
        "image": image,
        "labels": dict(lab.labels),
        "restart_policy": {"Name": lab.restart_policy},
    }
