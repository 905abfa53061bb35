# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults of what Gluetun says of itself: control server and health. Only the stand-in has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lab.definition import Vpn
from lab.errors import LabError
from lab.faults.fault import STANDIN_LABEL, Fault, World, clear_switch, set_switch

_SAYS = {
    "401": "answers 401 to everything",
    "500": "answers 500 to everything",
    "silent": "accepts connections and answers nothing",
    "garbage": "answers garbage",
}


def _set(mode: str) -> Callable[..., str]:
    def run(world: World, vpn: Vpn) -> str:
        set_switch(_standin(world, vpn), "api", mode)
        return f"control server of {vpn.gluetun} {_SAYS[mode]}"

    return run


def ok(world: World, vpn: Vpn) -> str:
    """Let it answer as it should."""
    clear_switch(_standin(world, vpn), "api")
    return f"control server of {vpn.gluetun} answers as it should"


def health_bad(world: World, vpn: Vpn) -> str:
    """Let Docker's health check fail while the tunnel works."""
    set_switch(_standin(world, vpn), "health", "a fault of the lab")
    return f"health of {vpn.gluetun} lies: Docker calls it unhealthy within 15 s, the tunnel works"


def health_ok(world: World, vpn: Vpn) -> str:
    """Let the health check tell the truth."""
    clear_switch(_standin(world, vpn), "health")
    return f"health of {vpn.gluetun} tells the truth"


def is_standin(container: Any) -> bool:
    """Whether this Gluetun has the stand-in's switches."""
    return STANDIN_LABEL in container.labels


def _standin(world: World, vpn: Vpn) -> Any:
    container = world.container(vpn.gluetun)
    if not is_standin(container):
        raise LabError(f"{vpn.gluetun} is a real Gluetun, which has no such fault", "Use the stand-in for this.")
    return container


FAULTS = (
    *(Fault(f"api-{mode}", "vpn", f"the control server {text}", _set(mode), "api-ok") for mode, text in _SAYS.items()),
    Fault("api-ok", "vpn", "the control server answers as it should", ok),
    Fault("health-bad", "vpn", "Docker calls it unhealthy while the tunnel works", health_bad, "health-ok"),
    Fault("health-ok", "vpn", "its health check tells the truth", health_ok),
)
