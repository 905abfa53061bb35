# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults of an engine."""

from __future__ import annotations

from lab import docker_api
from lab.definition import Engine
from lab.faults.fault import Fault, World, clear_switch, set_switch


def kill(world: World, engine: Engine) -> str:
    """``docker kill``: it stays exited, as Docker takes it for the user's wish."""
    container = world.container(engine.name)
    if container.status != "exited":
        with docker_api.telling(f"cannot kill {engine.name}"):
            container.kill()
    return f"{engine.name} killed, it stays exited"


def start(world: World, engine: Engine) -> str:
    """``docker start``."""
    with docker_api.telling(f"cannot start {engine.name}"):
        world.container(engine.name).start()
    return f"{engine.name} started"


def hang(world: World, engine: Engine) -> str:
    """Let it accept connections and answer nothing."""
    set_switch(world.container(engine.name), "hang", "yes")
    return f"{engine.name} hangs: it accepts connections and answers nothing"


def unhang(world: World, engine: Engine) -> str:
    """Let it answer again."""
    clear_switch(world.container(engine.name), "hang")
    return f"{engine.name} answers again"


FAULTS = (
    Fault("engine-kill", "engine", "docker kill: it stays exited", kill, "engine-start"),
    Fault("engine-start", "engine", "docker start", start),
    Fault("engine-hang", "engine", "it accepts connections and answers nothing", hang, "engine-unhang"),
    Fault("engine-unhang", "engine", "it answers again", unhang),
)
