# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a test of the lab sees of the first VPN and its engines."""

from __future__ import annotations

from typing import Any

from lab import checks, control, files
from lab.running import RunningLab

SOON = 30.0  # seconds
RENEWAL = 60.0  # seconds: a port is renewed every 45


def state(lab: RunningLab, name: str) -> str:
    """Docker's word for a container's state."""
    return lab.container(name).status


def health(lab: RunningLab) -> str:
    return lab.container(lab.lab.vpns[0].gluetun).attrs["State"]["Health"]["Status"]


def egress(lab: RunningLab) -> bool:
    return checks.egress(lab.container(lab.lab.vpns[0].gluetun), 1)


def says(lab: RunningLab, path: str) -> Any:
    return control.document(lab.lab.vpns[0], path, files.api_key(lab.lab.prefix))


def tunnel(lab: RunningLab) -> Any:
    found = says(lab, "/v1/vpn/status")
    return found if isinstance(found, str) else found["status"]


def port(lab: RunningLab) -> int | None:
    return control.port(lab.lab.vpns[0], files.api_key(lab.lab.prefix))


def connected(lab: RunningLab, number: int = 1) -> bool | None:
    return checks.connected(lab.lab.vpns[0], lab.lab.engines[number - 1])


def only_lo(lab: RunningLab, engine: str) -> bool:
    """Whether an engine's namespace has nothing but the loopback interface."""
    return lab.container(engine).exec_run("ls /sys/class/net").output.split() == [b"lo"]
