# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks and containers of the lab: made if missing, started if stopped, never changed under a user's feet."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any

import docker
import docker.errors
from docker.types import EndpointConfig, IPAMConfig, IPAMPool

from lab import docker_api, files, image_builds, openvpn_config, pki, specs
from lab.definition import Engine, Lab, Vpn
from lab.errors import LabError
from lab.say import say


class Maker:
    """Makes the parts of one lab. Holds the client, the images and the key."""

    def __init__(self, client: docker.DockerClient, lab: Lab, tell: Callable[[str], None] = say) -> None:
        """Build the images that are missing; ``tell`` is called with a line for each thing that is done."""
        self.tell = tell
        self.client = client
        self.lab = lab
        self.folder = files.folder(lab.prefix)
        self.key = files.api_key(lab.prefix)
        kinds = ("provider", "engine") if lab.gluetun_image else image_builds.KINDS
        self.tags = image_builds.ensure(client, kinds)
        if lab.gluetun_image:
            self.tags["gluetun"] = lab.gluetun_image

    def network(self, vpn: Vpn) -> None:
        """The bridge between a provider and its Gluetun; without masquerade nothing finds its way back from outside."""
        found = self.client.networks.list(names=[f"^{vpn.network}$"])
        if found and (found[0].attrs.get("Labels") or {}).get(self.lab.label) != self.lab.prefix:
            raise LabError(f"network {vpn.network} does not belong to this lab", "Choose another --prefix.")
        if found:
            return
        with docker_api.telling(f"cannot make network {vpn.network}"):
            self.client.networks.create(
                vpn.network,
                driver="bridge",
                labels=self.lab.labels,
                options={"com.docker.network.bridge.enable_ip_masquerade": "false"},
                ipam=IPAMConfig(pool_configs=[IPAMPool(subnet=str(vpn.subnet), gateway=str(vpn.subnet[1]))]),
            )
        self.tell(f"network {vpn.network} {vpn.subnet} created")

    def tunnel_files(self, vpn: Vpn) -> None:
        """Certificates and the configuration of both ends, each in the folder that its container sees."""
        place = self.folder / vpn.network
        pki.ensure(place / "pki")
        written = {
            "provider/server.conf": openvpn_config.server(vpn, place / "pki"),
            "provider/ccd/DEFAULT": openvpn_config.fixed_address(vpn),
            "gluetun/client.ovpn": openvpn_config.client(vpn, place / "pki"),
        }
        for name, text in written.items():
            path = place / name
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                files.write(path, text)

    def provider(self, vpn: Vpn) -> Any:
        """The provider's container."""
        place = self.folder / vpn.network / "provider"
        return self._container(specs.provider(self.lab, vpn, self.tags["provider"], place))

    def gluetun(self, vpn: Vpn) -> Any:
        """Gluetun's container."""
        place = self.folder / vpn.network / "gluetun"
        return self._container(specs.gluetun(self.lab, vpn, self.tags["gluetun"], place, self.key))

    def engine(self, engine: Engine, start: bool = True) -> Any:
        """An engine's container. Its Gluetun must be running, or Docker refuses."""
        return self._container(specs.engine(self.lab, engine, self.tags["engine"]), start)

    def _container(self, spec: dict[str, Any], start: bool = True) -> Any:
        name = spec["name"]
        with docker_api.telling(f"cannot start {name}"):
            container = docker_api.find(self.client, name)
            if container is None:
                container = self._create(spec)
                said = "created"
            else:
                docker_api.need(self.client, self.lab, name)
                said = "there" if container.status == "running" else f"was {container.status}"
                if container.attrs["Config"]["Image"] != spec["image"]:
                    said += " (from older sources: down and up make it anew)"
            if start and container.status == "paused":
                container.unpause()
            elif start and container.status != "running":
                container.start()
                said += ", started"
        self.tell(f"{name} {said}")
        container.reload()
        return container

    def _create(self, spec: dict[str, Any]) -> Any:
        spec = dict(spec)
        network, address = spec.pop("network", (None, None))
        image = spec.pop("image")
        if network:
            # The address is fixed, so that a container that comes back is found where it was.
            spec["network"] = network
            spec["networking_config"] = {network: EndpointConfig(self.client.api._version, ipv4_address=address)}
        try:
            return self.client.containers.create(image, **spec)
        except docker.errors.ImageNotFound as error:
            raise LabError(
                f"image {image} is not on this Docker host", f"docker pull {image}, or leave --gluetun-image out."
            ) from error


def refuse_addresses_in_use(client: docker.DockerClient, lab: Lab) -> None:
    """Refuse addresses that another network of this host has.

    :raises LabError: naming that network.
    """
    for network in client.networks.list():
        if (network.attrs.get("Labels") or {}).get(lab.label) == lab.prefix:
            continue
        for pool in (network.attrs.get("IPAM") or {}).get("Config") or []:
            for vpn in lab.vpns:
                theirs = ipaddress.ip_network(pool["Subnet"])
                if theirs.version == 4 and vpn.subnet.overlaps(theirs):
                    raise LabError(
                        f"{vpn.subnet} is in use by network {network.name}", "Choose other addresses with --subnet."
                    )
