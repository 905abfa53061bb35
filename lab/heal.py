# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Undo every fault, and return only when everything works again."""

from __future__ import annotations

import time
from typing import Any

import docker

from lab import checks, control, create, docker_api, specs
from lab.definition import Engine, Lab, Vpn
from lab.errors import LabError
from lab.faults.control_api import is_standin
from lab.faults.fault import clear_switch
from lab.say import say
from lab.up import engines_work, tail, tunnel_works
from lab.wait import wait_for

_TUNNEL_SECONDS = 25  # then Gluetun is restarted; its own back-off after a crash is 15 s
_PORT_SECONDS = 20
_HEALTHY_SECONDS = 45


def heal(client: docker.DockerClient, lab: Lab) -> None:
    """Bring the lab back to its definition: provider, Gluetun, then engines.

    :raises LabError: something does not work in time, with the tail of its log.
    """
    began = time.monotonic()
    maker = create.Maker(client, lab)
    _without_strangers(client, lab)
    for vpn in lab.vpns:
        maker.network(vpn)
        _provider(maker, vpn)
        _gluetun(maker, vpn)
    for vpn in lab.vpns:
        _tunnel(maker, vpn)
    # All that are not as defined go before the first is made anew: one of them may have the port of another.
    for vpn in lab.vpns:
        for engine in vpn.engines:
            _without_another(maker, vpn, engine)
    for vpn in lab.vpns:
        for engine in vpn.engines:
            _engine(maker, vpn, engine)
    for vpn in lab.vpns:
        engines_work(client, lab, vpn)
        _healthy(maker, vpn)
    say(f"lab {lab.prefix} is healed after {time.monotonic() - began:.1f} s")


def _without_strangers(client: docker.DockerClient, lab: Lab) -> None:
    """Remove engines that are not in the definition: a pool made them."""
    known = {engine.name for engine in lab.engines}
    for container in docker_api.mine(client, lab):
        if "acestream.http_port" in container.labels and container.name not in known:
            container.remove(force=True)
            say(f"{container.name} is not in the lab's definition: removed")


def _provider(maker: create.Maker, vpn: Vpn) -> None:
    clear_switch(maker.provider(vpn), "dns", "natpmp", "port")


def _gluetun(maker: create.Maker, vpn: Vpn) -> None:
    container = maker.gluetun(vpn)
    _policy(maker, container)
    if is_standin(container):
        clear_switch(container, "api", "health")


def _tunnel(maker: create.Maker, vpn: Vpn) -> None:
    """Wait for the tunnel; what does not come by itself is cycled, then restarted."""
    container = docker_api.need(maker.client, maker.lab, vpn.gluetun)
    status = control.document(vpn, "/v1/vpn/status", maker.key)
    if isinstance(status, dict) and status.get("status") == "stopped":
        control.put_status(vpn, "running", maker.key)
        say(f"{vpn.gluetun} told to run its tunnel")
    if not wait_for(lambda: checks.egress(container), _TUNNEL_SECONDS):
        say(f"{vpn.gluetun} does not come back by itself: restarted")
        container.restart(timeout=3)
    tunnel_works(maker.client, maker.lab, vpn)
    if not wait_for(lambda: control.port(vpn, maker.key) == vpn.forwarded_port, 2):
        # A renewal is due only every 45 s.
        control.cycle(vpn, maker.key)
        say(f"tunnel of {vpn.gluetun} cycled, for the forwarded port's sake")
        if not wait_for(lambda: control.port(vpn, maker.key) == vpn.forwarded_port, _PORT_SECONDS):
            raise LabError(
                f"{vpn.gluetun} does not get port {vpn.forwarded_port}\n{tail(maker.client, vpn.gluetun)}",
                f"See `docker logs {vpn.gluetun}`.",
            )


def _without_another(maker: create.Maker, vpn: Vpn, engine: Engine) -> None:
    """Remove an engine that is not what the definition says."""
    container = docker_api.find(maker.client, engine.name)
    if container is None:
        return
    docker_api.need(maker.client, maker.lab, engine.name)
    gluetun = docker_api.need(maker.client, maker.lab, vpn.gluetun)
    if container.attrs["HostConfig"]["NetworkMode"] != f"container:{gluetun.id}":
        why = "belongs to another Gluetun"
    elif container.attrs["Config"]["Cmd"] != specs.engine(maker.lab, engine, "")["command"]:
        why = "has another command line"
    else:
        return
    container.remove(force=True)
    say(f"{engine.name} {why}: removed, to be made anew")


def _engine(maker: create.Maker, vpn: Vpn, engine: Engine) -> None:
    """Make an engine that is missing, start one that has ended, restart one that is stranded."""
    gluetun = docker_api.need(maker.client, maker.lab, vpn.gluetun)
    container = docker_api.find(maker.client, engine.name)
    if container is not None and container.status == "running" and not checks.attached(container, gluetun):
        say(f"{engine.name} was stranded: restarted")
        container.restart(timeout=3)
    container = maker.engine(engine)
    _policy(maker, container)
    clear_switch(container, "hang")


def _healthy(maker: create.Maker, vpn: Vpn) -> None:
    """Docker's health follows last."""

    def look() -> bool:
        container = docker_api.need(maker.client, maker.lab, vpn.gluetun)
        return container.attrs["State"].get("Health", {}).get("Status", "healthy") == "healthy"

    if not wait_for(look, _HEALTHY_SECONDS):
        raise LabError(f"Docker does not call {vpn.gluetun} healthy\n{tail(maker.client, vpn.gluetun)}")


def _policy(maker: create.Maker, container: Any) -> None:
    wanted = maker.lab.restart_policy
    if container.attrs["HostConfig"]["RestartPolicy"]["Name"] != wanted:
        container.update(restart_policy={"Name": wanted})
        container.reload()
        say(f"{container.name} has its restart policy back")
