# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lab's definition: read, overridden, checked, and laid out into names, addresses and ports."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from lab.errors import LabError

DEFAULT_FILE = Path(__file__).with_name("lab.yml")
VERSIONS = ("3.38", "3.40", "3.41.1", "main")
#: What Docker accepts in names, and no longer than an interface name can hold with a suffix.
_PREFIX = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")
_HTTPS_OFFSET = 200  # engine https ports lie this far above the http ports, inside the same range
_P2P_BASE = 8621


@dataclass(frozen=True)
class Engine:
    """One engine: its container's name and its ports. ``vpn`` is the name of the VPN it sits behind."""

    name: str
    vpn: str
    http_port: int
    https_port: int
    p2p_port: int
    host_port: int
    forwarded: bool


@dataclass(frozen=True)
class Vpn:
    """One VPN: a provider, a Gluetun and the network between them."""

    name: str
    provider: str
    gluetun: str
    network: str
    subnet: ipaddress.IPv4Network
    tunnel: ipaddress.IPv4Network
    public_ip: str
    country: str
    city: str
    forwarded_port: int
    ports: str
    engines: tuple[Engine, ...] = ()

    @property
    def provider_ip(self) -> str:
        """The provider's address on the bridge."""
        return str(self.subnet[2])

    @property
    def gluetun_ip(self) -> str:
        """Gluetun's address on the bridge; engines are reached there too."""
        return str(self.subnet[3])

    @property
    def gateway(self) -> str:
        """The provider's address inside the tunnel."""
        return str(self.tunnel[1])


@dataclass(frozen=True)
class Lab:
    """The whole lab, ready to be started."""

    prefix: str
    label: str
    restart_policy: str
    gluetun_image: str
    standin_version: str
    engine_variant: str
    stream_mbit: float
    vpns: tuple[Vpn, ...]
    settings: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def engines(self) -> tuple[Engine, ...]:
        """All engines, in the order of their numbers."""
        return tuple(sorted((e for v in self.vpns for e in v.engines), key=lambda e: _number(e.name)))

    @property
    def labels(self) -> dict[str, str]:
        """The label by which the lab knows its own."""
        return {self.label: self.prefix}

    def vpn_of(self, engine: Engine) -> Vpn:
        """The VPN that an engine sits behind."""
        return next(v for v in self.vpns if v.name == engine.vpn)


def load(path: Path = DEFAULT_FILE, **overrides: Any) -> Lab:
    """Read the definition, put ``overrides`` over it (None: keep the file's value) and lay it out.

    :raises LabError: a value is missing or makes no sense; the message names the key.
    """
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise LabError(f"cannot read the lab's definition {path}: {error}", "Restore lab/lab.yml.") from error
    if not isinstance(read, dict):
        raise LabError(f"{path} is not a mapping", "Restore lab/lab.yml.")
    settings = {**read, **{key: value for key, value in overrides.items() if value is not None}}
    return build(settings)


def build(settings: dict[str, Any]) -> Lab:
    """Lay out checked settings.

    :param settings: the keys of ``lab.yml``; ``vpns`` a list or, to take or add entries, a number.
    :raises LabError: a value is missing or makes no sense.
    """
    prefix = str(settings.get("prefix", ""))
    if not _PREFIX.fullmatch(prefix):
        raise LabError(f"prefix: {prefix!r} is not a name", "Use lower-case letters, digits and hyphens, e.g. acelab.")
    version = str(settings.get("standin_version", "main"))
    if version not in VERSIONS:
        raise LabError(f"standin_version: {version!r} is not known", f"Use one of {', '.join(VERSIONS)}.")
    entries = expand(settings.get("vpns"), settings.get("vpn_count"))
    count = _whole("engines", settings.get("engines"), 0, 200)
    base = _whole("host_port_base", settings.get("host_port_base"), 1024, 65000)
    subnets = _subnets("subnet", settings.get("subnet"), len(entries))
    tunnels = _subnets("tunnel_subnet", settings.get("tunnel_subnet"), len(entries))
    vpns = []
    for index, entry in enumerate(entries):
        mine = range(index, count, len(entries))
        vpns.append(_vpn(prefix, index, entry, mine, subnets[index], tunnels[index], base))
    _distinct("forwarded_port", [v.forwarded_port for v in vpns])
    _distinct("public_ip", [v.public_ip for v in vpns])
    return Lab(
        prefix=prefix,
        label=str(settings.get("label", "acestream.vpn.lab")),
        restart_policy=str(settings.get("restart_policy", "unless-stopped")),
        gluetun_image=str(settings.get("lab_gluetun_image") or ""),
        standin_version=version,
        engine_variant=str(settings.get("engine_variant", "lab-standin")),
        stream_mbit=_number_of("stream_mbit", settings.get("stream_mbit", 1.0)),
        vpns=tuple(vpns),
        settings={**settings, "vpns": entries, "vpn_count": len(entries)},
    )


def expand(listed: Any, count: int | None) -> list[dict[str, Any]]:
    """The VPN entries to use: those listed, cut or continued to ``count``.

    A continued entry is the first one with the next name, address and ports.
    """
    if not isinstance(listed, list) or not listed or not all(isinstance(entry, dict) for entry in listed):
        raise LabError("vpns: at least one entry is needed", "See lab/lab.yml for what an entry holds.")
    entries = [dict(entry) for entry in listed]
    if count is None:
        return entries
    count = _whole("vpns", count, 1, 20)
    for index in range(len(entries), count):
        first = entries[0]
        low, high = _range(first)
        entries.append(
            {
                "name": str(index + 1),
                "public_ip": str(_address("public_ip", first.get("public_ip")) + index),
                "country": first.get("country"),
                "city": first.get("city"),
                "forwarded_port": _whole("forwarded_port", first.get("forwarded_port"), 1024, 60000) + 100 * index,
                "ports": f"{low + 500 * index}-{high + 500 * index}",
            }
        )
    return entries[:count]


def _vpn(
    prefix: str,
    index: int,
    entry: dict[str, Any],
    engines: range,
    subnet: ipaddress.IPv4Network,
    tunnel: ipaddress.IPv4Network,
    base: int,
) -> Vpn:
    name = str(entry.get("name") or index + 1)
    low, high = _range(entry)
    if len(engines) > min(_HTTPS_OFFSET, high - low - _HTTPS_OFFSET + 1):
        raise LabError(
            f"vpns[{index}].ports: {low}-{high} is too small for {len(engines)} engines",
            f"Use a range of at least {_HTTPS_OFFSET + len(engines)} ports.",
        )
    forwarded = _whole(f"vpns[{index}].forwarded_port", entry.get("forwarded_port"), 1024, 65535)
    made = []
    for place, number in enumerate(engines):
        host_port = base + 500 * index + place
        if host_port > 65535:
            raise LabError(f"host_port_base: port {host_port} does not exist", "Use a lower --host-port-base.")
        made.append(
            Engine(
                name=f"{prefix}-engine{number + 1}",
                vpn=name,
                http_port=low + place,
                https_port=low + _HTTPS_OFFSET + place,
                p2p_port=forwarded if place == 0 else _P2P_BASE + number,
                host_port=host_port,
                forwarded=place == 0,
            )
        )
    return Vpn(
        name=name,
        provider=f"{prefix}-provider{name}",
        gluetun=f"{prefix}-gluetun{name}",
        network=f"{prefix}-vpn{name}",
        subnet=subnet,
        tunnel=tunnel,
        public_ip=str(_address(f"vpns[{index}].public_ip", entry.get("public_ip"))),
        country=str(entry.get("country") or ""),
        city=str(entry.get("city") or ""),
        forwarded_port=forwarded,
        ports=f"{low}-{high}",
        engines=tuple(made),
    )


def _subnets(key: str, value: Any, count: int) -> list[ipaddress.IPv4Network]:
    """The /24s number 1, 2, ... of a network (0 is left free, as .0 addresses confuse readers)."""
    try:
        network = ipaddress.IPv4Network(str(value))
        found = list(network.subnets(new_prefix=24))[1 : count + 1] if network.prefixlen < 24 else []
    except ValueError as error:
        raise LabError(f"{key}: {error}", "Use a network such as 10.213.0.0/16.") from error
    if len(found) < count:
        raise LabError(f"{key}: {value} has no room for {count} VPNs", "Use a larger network such as 10.213.0.0/16.")
    return found


def _range(entry: dict[str, Any]) -> tuple[int, int]:
    match = re.fullmatch(r"(\d+)-(\d+)", str(entry.get("ports", "")))
    if not match or not 1024 <= int(match[1]) <= int(match[2]) <= 65535:
        raise LabError(f"ports: {entry.get('ports')!r} is not a port range", "Use e.g. ports: 19000-19499.")
    return int(match[1]), int(match[2])


def _address(key: str, value: Any) -> ipaddress.IPv4Address:
    try:
        return ipaddress.IPv4Address(str(value))
    except ValueError as error:
        raise LabError(f"{key}: {value!r} is not an IPv4 address", "Use e.g. 203.0.113.7.") from error


def _whole(key: str, value: Any, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise LabError(f"{key}: {value!r} is not a whole number from {low} to {high}", f"Correct {key}.")
    return value


def _number_of(key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0.01 <= value <= 100:
        raise LabError(f"{key}: {value!r} is not a number from 0.01 to 100", f"Correct {key}.")
    return float(value)


def _distinct(key: str, values: list[Any]) -> None:
    if len(set(values)) < len(values):
        raise LabError(f"{key}: two VPNs share one value ({values})", f"Give each VPN a {key} of its own.")


def _number(name: str) -> int:
    return int(re.search(r"(\d+)$", name)[1])
