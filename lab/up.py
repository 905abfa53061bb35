# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start a lab, or what is missing of it, and wait until it works."""

from __future__ import annotations

import time
from typing import Any

import docker

from lab import checks, create, docker_api, files, inventory
from lab.definition import Lab, Vpn
from lab.errors import LabError
from lab.say import say
from lab.wait import wait_for

TUNNEL_SECONDS = 60
ENGINE_SECONDS = 60
_TAIL = 15  # log lines shown on failure


def up(client: docker.DockerClient, lab: Lab) -> None:
    """Bring everything up, in order: tunnel, then engines. Does nothing that is done already.

    :raises LabError: something does not work in time; with the tail of its log.
    """
    began = time.monotonic()
    _same_shape(client, lab)
    create.refuse_addresses_in_use(client, lab)
    maker = create.Maker(client, lab)
    files.remember(lab.prefix, lab.settings)
    for vpn in lab.vpns:
        maker.network(vpn)
        maker.tunnel_files(vpn)
        maker.provider(vpn)
    for vpn in lab.vpns:
        maker.gluetun(vpn)
    for vpn in lab.vpns:
        tunnel_works(client, lab, vpn)
        _engines(client, maker, vpn)
    for vpn in lab.vpns:
        engines_work(client, lab, vpn)
    path = inventory.write(lab)
    say(f"lab {lab.prefix} is up after {time.monotonic() - began:.1f} s: inventory {path}")


def tunnel_works(client: docker.DockerClient, lab: Lab, vpn: Vpn) -> None:
    """Wait until traffic flows through the tunnel.

    :raises LabError: it does not in time.
    """
    gluetun = docker_api.need(client, lab, vpn.gluetun)
    if not wait_for(lambda: checks.egress(gluetun), TUNNEL_SECONDS):
        raise LabError(
            f"the tunnel of {vpn.gluetun} carries no traffic after {TUNNEL_SECONDS} s\n"
            + "\n".join(f"--- {name}\n{tail(client, name)}" for name in (vpn.gluetun, vpn.provider)),
            f"See `docker logs {vpn.gluetun}`; `python -m lab --prefix {lab.prefix} down` and up again starts afresh.",
        )
    say(f"tunnel of {vpn.gluetun} carries traffic")


def engines_work(client: docker.DockerClient, lab: Lab, vpn: Vpn) -> None:
    """Wait until every engine behind a VPN says that it is connected.

    :raises LabError: one does not in time.
    """
    for engine in vpn.engines:
        if not wait_for(lambda engine=engine: checks.connected(vpn, engine), ENGINE_SECONDS):
            raise LabError(
                f"{engine.name} is not connected after {ENGINE_SECONDS} s\n{tail(client, engine.name)}",
                f"See `docker logs {engine.name}`.",
            )
        say(f"{engine.name} is connected, http://127.0.0.1:{engine.host_port}")


def tail(client: docker.DockerClient, name: str) -> str:
    """The end of a container's log."""
    container = docker_api.find(client, name)
    if container is None:
        return f"({name} does not exist)"
    return container.logs(tail=_TAIL).decode("utf-8", "replace").rstrip()


def _engines(client: docker.DockerClient, maker: create.Maker, vpn: Vpn) -> None:
    """Start the engines; what is bound to a Gluetun that is gone is made anew, what is stranded restarted."""
    gluetun = docker_api.need(client, maker.lab, vpn.gluetun)
    for engine in vpn.engines:
        found: Any = docker_api.find(client, engine.name)
        if found is not None and found.attrs["HostConfig"]["NetworkMode"] != f"container:{gluetun.id}":
            docker_api.need(client, maker.lab, engine.name).remove(force=True)
            say(f"{engine.name} belonged to a {vpn.gluetun} that is gone: removed")
            found = None
        if found is not None and found.status == "running" and not checks.attached(found, gluetun):
            docker_api.need(client, maker.lab, engine.name).restart(timeout=3)
            say(f"{engine.name} was stranded: restarted")
            continue
        maker.engine(engine)


def _same_shape(client: docker.DockerClient, lab: Lab) -> None:
    """A running lab is not turned into another one.

    :raises LabError: it was started with other settings, or its keys are lost.
    """
    before = files.remembered(lab.prefix)
    if not docker_api.mine(client, lab):
        return
    if before is None:
        raise LabError(
            f"containers of lab {lab.prefix} are there, but its files in {files.ROOT} are gone",
            f"Run `python -m lab --prefix {lab.prefix} down` first.",
        )
    changed = sorted(key for key in {*before, *lab.settings} if before.get(key) != lab.settings.get(key))
    if changed:
        raise LabError(
            f"lab {lab.prefix} runs with other settings ({', '.join(changed)})",
            f"Run `python -m lab --prefix {lab.prefix} down` first, or choose another --prefix.",
        )
