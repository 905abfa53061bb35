# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user set of one host: how to reach its Docker, what to look at there, and how. Plain values.

They are made where options come in, in C(_settings); what is secret stays out of C(repr).

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping, Optional, Tuple


@dataclass(frozen=True)
class DockerOptions:
    """How to reach Docker.

    :ivar docker_host: URL of the daemon.
    :ivar timeout: of each call, seconds.
    :ivar api_version: of the Docker API; None, empty or C(auto): nobody insists on one.
    :ivar tls: speak TLS without checking the daemon's certificate.
    :ivar validate_certs: speak TLS and check it.
    :ivar tls_hostname: the name to expect in it, where that differs from the host's.
    :ivar ca_path, client_cert, client_key: PEM files.
    """

    docker_host: str
    timeout: int
    api_version: Optional[str] = None
    tls: bool = False
    validate_certs: bool = False
    tls_hostname: Optional[str] = None
    ca_path: Optional[str] = None
    client_cert: Optional[str] = None
    client_key: Optional[str] = None

    @property
    def chosen_version(self) -> Optional[str]:
        """The version of the API that the user insists on; None: any will do."""
        return None if self.api_version in (None, "", "auto") else self.api_version


@dataclass(frozen=True)
class ProbeOptions:
    """How to look.

    :ivar egress_targets: servers beyond the VPN, as C(address:port).
    :ivar dns_name: what the resolver of a namespace is asked for.
    :ivar probe_timeout: of one probe, seconds.
    :ivar evidence_timeout: of one look at the whole host, seconds.
    """

    egress_targets: Tuple[str, ...]
    dns_name: str
    probe_timeout: float
    evidence_timeout: float


@dataclass(frozen=True)
class GluetunOptions:
    """One Gluetun container and how to ask it.

    :ivar control_url: where its control server is; None: at its own address, with C(control_port).
    :ivar api_key: of the control server's role; None: it asks for none.
    :ivar username, password: where it uses basic authentication.
    :ivar ports: those that its engines may have, as C(first-last); None: nothing is declared.
    """

    name: str
    control_url: Optional[str] = None
    control_port: int = 8000
    api_key: Optional[str] = field(default=None, repr=False)
    username: Optional[str] = None
    password: Optional[str] = field(default=None, repr=False)
    ports: Optional[str] = None


@dataclass(frozen=True)
class EngineOptions:
    """One engine that is declared, for it carries no label.

    :ivar gluetun: name of the Gluetun container that it belongs to.
    :ivar http_port: of its API; None: its container tells.
    """

    name: str
    gluetun: str
    http_port: Optional[int] = None


@dataclass(frozen=True)
class DiscoveryOptions:
    """Which containers are engines.

    :ivar engine_label: those with this label are; its value is the name of the Gluetun container.
    :ivar engine_filters: those with all of these labels are, instead; empty: the label decides.
    :ivar pool_label: those with this label, C(name) or C(name=value), may be removed where there are too many.
    """

    engine_label: str
    engine_filters: Tuple[str, ...]
    pool_label: str


@dataclass(frozen=True)
class NewEngineOptions:
    """What a new engine of the pool is made of; what is empty is left to its variant, or to Docker.

    C({http_port}), C({https_port}) and C({p2p_port}) in command and environment stand for its ports.

    :ivar variant: name of a known image with its command.
    :ivar environment: variables; what they hold may be secret.
    :ivar volumes: as C(source:target) or C(source:target:ro).
    :ivar memory: limit, such as C(512m).
    :ivar cpus: limit, in processors; 0: none.
    :ivar restart_policy: when Docker starts it again by itself.
    :ivar name_prefix: its name is this and the lowest number that is free.
    """

    variant: str = ""
    image: str = ""
    command: Tuple[str, ...] = ()
    environment: Mapping[str, Any] = field(default_factory=dict, repr=False)
    labels: Mapping[str, Any] = field(default_factory=dict)
    volumes: Tuple[str, ...] = ()
    memory: str = ""
    cpus: float = 0.0
    restart_policy: str = "unless-stopped"
    name_prefix: str = "acestream-"


@dataclass(frozen=True)
class HostOptions:
    """Everything that one look at a host needs.

    :ivar state_dir: where its memory and journal are.
    """

    docker: DockerOptions
    gluetuns: Tuple[GluetunOptions, ...]
    engines: Tuple[EngineOptions, ...]
    discovery: DiscoveryOptions
    probe: ProbeOptions
    state_dir: str

    @property
    def gluetun_names(self) -> Tuple[str, ...]:
        return tuple(item.name for item in self.gluetuns)

    def declared(self, engine: str) -> Optional[EngineOptions]:
        """What is declared of an engine; None: nothing, a label points it out."""
        return next((item for item in self.engines if item.name == engine), None)
