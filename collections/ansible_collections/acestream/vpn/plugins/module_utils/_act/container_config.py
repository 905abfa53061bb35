# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to tell Docker to get a container like an existing one, but on another container's network. Pure.

It starts from everything that C(docker inspect) says, so that what is not known here is kept as well,
and leaves out only what Docker derives by itself or refuses together with C(--network container:).

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Dict, List, Optional

#: Docker refuses these for a container on another one's network (moby, runconfig.validateNetMode), or takes them from
#: that one. C(ExposedPorts) of the image come back by themselves.
_CONFIG_OF_THE_OTHER = ("Hostname", "Domainname", "MacAddress", "ExposedPorts")
_HOST_CONFIG_REFUSED = ("PortBindings", "PublishAllPorts", "Dns", "ExtraHosts", "Links")
#: Other namespaces that may be shared with a container as well.
_SHAREABLE = ("PidMode", "IpcMode")


def creation_payload(
    raw: Dict[str, Any], gluetun_id: str, image: Dict[str, Any], named_image_id: Optional[str]
) -> Dict[str, Any]:
    """The body of C(POST /containers/create).

    :param raw: C(docker inspect) of the existing container.
    :param gluetun_id: the container whose network the new one joins.
    :param image: C(docker image inspect) of the image that the existing one was made from; empty if it is gone.
    :param named_image_id: which image the name in its configuration stands for now; None: none.
    """
    payload: Dict[str, Any] = deepcopy(raw["Config"])
    for name in _CONFIG_OF_THE_OTHER:
        payload.pop(name, None)
    if named_image_id != raw["Image"]:
        payload["Image"] = raw["Image"]
    if payload.get("Entrypoint") is None and (image.get("Config") or {}).get("Entrypoint"):
        # It was reset when the container was made: an empty word says so again, nothing at all would not.
        payload["Entrypoint"] = [""]
    payload["HostConfig"] = _host_config(raw, gluetun_id)
    return payload


def _host_config(raw: Dict[str, Any], gluetun_id: str) -> Dict[str, Any]:
    host_config: Dict[str, Any] = deepcopy(raw["HostConfig"])
    for name in _HOST_CONFIG_REFUSED:
        if host_config.get(name):  # empty ones stay as they are, so that the two compare equal
            del host_config[name]
    old = host_config.get("NetworkMode")
    for name in _SHAREABLE:
        if host_config.get(name) == old:
            host_config[name] = f"container:{gluetun_id}"
    host_config["NetworkMode"] = f"container:{gluetun_id}"
    for mount in host_config.get("Mounts") or []:
        if mount.get("Type") == "volume" and not mount.get("Source"):
            mount["Source"] = _volume_at(raw, mount["Target"])
    unnamed = _anonymous_volumes(raw, host_config)
    if unnamed:
        host_config["Binds"] = [*(host_config.get("Binds") or []), *unnamed]
    return host_config


def _volume_at(raw: Dict[str, Any], target: str) -> str:
    """The volume that Docker made for a mount without a name."""
    for mount in raw.get("Mounts") or []:
        if mount.get("Destination") == target and mount.get("Type") == "volume":
            return str(mount["Name"])
    return ""


def _anonymous_volumes(raw: Dict[str, Any], host_config: Dict[str, Any]) -> List[str]:
    """Volumes that nothing in the configuration names: named here, they keep their data."""
    named = {bind.split(":")[1] for bind in host_config.get("Binds") or [] if ":" in bind}
    named.update(mount["Target"] for mount in host_config.get("Mounts") or [])
    found = [mount for mount in raw.get("Mounts") or [] if mount.get("Type") == "volume" and mount.get("Name")]
    inherited = bool(host_config.get("VolumesFrom"))
    return [
        # What comes from another container by --volumes-from comes from there again.
        f"{mount['Name']}:{mount['Destination']}" + ("" if mount.get("RW", True) else ":ro")
        for mount in found
        if mount["Destination"] not in named
        and not (inherited and mount["Destination"] not in (raw["Config"].get("Volumes") or {}))
    ]
