# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults of the Gluetun container and of the tunnel process in it."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from lab import create, docker_api
from lab.definition import Vpn
from lab.errors import LabError
from lab.faults.fault import Fault, World
from lab.wait import wait_for

#: Works in any shell: images of Gluetun have no common tool for it.
_KILL_TUNNEL = """
found=1
for folder in /proc/[0-9]*; do
  read -r name < "$folder/comm" 2>/dev/null || continue
  case "$name" in openvpn*) kill -KILL "${folder#/proc/}" && found=0;; esac
done
exit $found
"""


def tunnel_kill(world: World, vpn: Vpn) -> str:
    """Kill the OpenVPN process; Gluetun starts another one after its back-off."""
    code, _said = docker_api.run_in(world.container(vpn.gluetun), ["sh", "-c", _KILL_TUNNEL])
    if code:
        raise LabError(f"no OpenVPN process runs in {vpn.gluetun}", "Run `python -m lab heal`.")
    return f"OpenVPN in {vpn.gluetun} killed (Gluetun starts it again after 15 s)"


def restart(world: World, vpn: Vpn) -> str:
    """``docker restart``: the engines are left in a namespace with only ``lo``."""
    with docker_api.telling(f"cannot restart {vpn.gluetun}"):
        world.container(vpn.gluetun).restart(timeout=3)
    return f"{vpn.gluetun} restarted: its engines are stranded"


def kill(world: World, vpn: Vpn) -> str:
    """``docker kill``: it stays exited, as Docker takes it for the user's wish."""
    container = world.container(vpn.gluetun)
    if container.status != "exited":
        with docker_api.telling(f"cannot kill {vpn.gluetun}"):
            container.kill()
        _until(container, "exited")
    return f"{vpn.gluetun} killed, it stays exited"


def stop(world: World, vpn: Vpn) -> str:
    """``docker stop``."""
    with docker_api.telling(f"cannot stop {vpn.gluetun}"):
        world.container(vpn.gluetun).stop(timeout=3)
    return f"{vpn.gluetun} stopped, it stays exited"


def start(world: World, vpn: Vpn) -> str:
    """``docker start``."""
    container = world.container(vpn.gluetun)
    with docker_api.telling(f"cannot start {vpn.gluetun}"):
        if container.status == "paused":
            container.unpause()
        container.start()
    return f"{vpn.gluetun} started"


def crash(world: World, vpn: Vpn) -> str:
    """Kill its process from outside, so that Docker's restart policy acts."""
    container = world.container(vpn.gluetun)
    before = container.attrs["State"]["StartedAt"]
    pid = int(container.attrs["State"]["Pid"])
    try:
        # Only the container's own process may be hit: the number must be of this host, and of this container.
        if not pid or container.id not in Path(f"/proc/{pid}/cgroup").read_text(encoding="utf-8"):
            raise OSError("its process is not to be seen from here")
        os.kill(pid, signal.SIGKILL)
    except OSError as error:
        raise LabError(
            f"cannot crash {vpn.gluetun}: {error}", "Run this as root on the Docker host, or use gluetun-kill."
        ) from error
    if not wait_for(lambda: _started(container) not in ("", before), 30):
        raise LabError(f"Docker did not start {vpn.gluetun} again", "Run `python -m lab heal`.")
    return f"{vpn.gluetun} crashed and was started again by Docker: its engines are stranded"


def pause(world: World, vpn: Vpn) -> str:
    """``docker pause``."""
    docker_api.pause(world.container(vpn.gluetun))
    return f"{vpn.gluetun} paused"


def unpause(world: World, vpn: Vpn) -> str:
    """``docker unpause``."""
    container = world.container(vpn.gluetun)
    if container.status == "paused":
        with docker_api.telling(f"cannot unpause {vpn.gluetun}"):
            container.unpause()
    return f"{vpn.gluetun} goes on"


def recreate(world: World, vpn: Vpn) -> str:
    """``docker rm -f`` and run again: same name, same settings, other ID."""
    maker = create.Maker(world.client, world.lab, tell=lambda _line: None)
    with docker_api.telling(f"cannot remove {vpn.gluetun}"):
        world.container(vpn.gluetun).remove(force=True)
    made = maker.gluetun(vpn)
    return f"{vpn.gluetun} recreated as {made.short_id}: its engines belong to one that is gone"


def _until(container: Any, status: str) -> None:
    def look() -> bool:
        container.reload()
        return container.status == status

    wait_for(look, 10)


def _started(container: Any) -> str:
    container.reload()
    state = container.attrs["State"]
    return state["StartedAt"] if state["Running"] and not state["Restarting"] else ""


FAULTS = (
    Fault("tunnel-kill", "vpn", "OpenVPN is killed inside Gluetun, which starts it again", tunnel_kill, "heal"),
    Fault("gluetun-restart", "vpn", "docker restart: engines are stranded", restart, "heal"),
    Fault("gluetun-kill", "vpn", "docker kill: it stays exited", kill, "gluetun-start"),
    Fault("gluetun-stop", "vpn", "docker stop: it stays exited", stop, "gluetun-start"),
    Fault("gluetun-start", "vpn", "docker start", start),
    Fault("gluetun-crash", "vpn", "its process is killed, Docker starts it again (local, as root)", crash, "heal"),
    Fault("gluetun-pause", "vpn", "docker pause", pause, "gluetun-unpause"),
    Fault("gluetun-unpause", "vpn", "docker unpause", unpause),
    Fault("gluetun-recreate", "vpn", "docker rm -f and run again: another ID", recreate, "heal"),
)
