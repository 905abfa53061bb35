# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A reboot of the Docker host, as far as it can be had without disturbing anything else on it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from lab import create, docker_api
from lab.faults.fault import Fault, World


def reboot(world: World) -> str:
    """Leave Gluetuns and engines as a bad boot does: exited, one engine only ``created``.

    Restart policies are taken away, or Docker would mend some of it; ``heal`` gives them back.
    """
    gluetuns = [world.container(vpn.gluetun) for vpn in world.lab.vpns]
    engines = [world.container(engine.name) for engine in world.lab.engines]
    with docker_api.telling("cannot bring everything down"), ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(_bring_down, engines))
        list(pool.map(_bring_down, gluetuns))
        if world.lab.engines:
            last = world.lab.engines[-1]
            world.container(last.name).remove(force=True)
            made = create.Maker(world.client, world.lab, tell=lambda _line: None).engine(last, start=False)
            made.update(restart_policy={"Name": "no"})
    return f"host rebooted: {len(gluetuns)} Gluetun and {len(engines)} engines are down, one of them only created"


def _bring_down(container: Any) -> None:
    container.update(restart_policy={"Name": "no"})
    if container.status == "paused":
        container.unpause()
    if container.status not in ("exited", "created"):
        container.kill()


FAULTS = (Fault("host-reboot", "lab", "all Gluetuns and engines down, an engine left created", reboot, "heal"),)
