# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Something that changed, worth a line in the journal.

The messages of the specification ("Log Messages") are word for word.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from typing import Any, Dict, List, Optional

INFO = "INFO"
WARN = "WARN"
ERROR = "ERROR"
CRITICAL = "CRITICAL"
LEVELS = (INFO, WARN, ERROR, CRITICAL)


@dataclass(frozen=True)
class Transition:
    """One change, seen or made.

    :ivar at: when, epoch seconds on the Docker host's clock.
    :ivar level: INFO, WARN, ERROR or CRITICAL.
    :ivar kind: a word for programs, such as C(gluetun_unhealthy).
    :ivar message: a sentence for persons.
    :ivar vpn: name of the gluetun; None: it concerns the whole host.
    :ivar engine: name of the engine, where it is about one.
    :ivar data: further values, for programs.
    """

    at: float
    level: str
    kind: str
    message: str
    vpn: Optional[str] = None
    engine: Optional[str] = None
    data: Dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> Dict[str, Any]:
        return asdict(self)


def became_unhealthy(at: float, vpn: str, why: str, begins: bool = False) -> Transition:
    """:param begins: an outage begins with this; otherwise one is under way already."""
    return Transition(at, WARN, "gluetun_unhealthy", "Gluetun VPN became unhealthy", vpn, data=_down(why, begins))


def stopped(at: float, vpn: str, why: str, begins: bool = False) -> Transition:
    """:param begins: an outage begins with this; otherwise one is under way already."""
    message = f"Gluetun container is not running: {why}"
    return Transition(at, WARN, "gluetun_stopped", message, vpn, data=_down(why, begins))


def hiding(at: float, vpn: str, count: int) -> Transition:
    noun = "engine" if count == 1 else "engines"
    message = f"Hiding {count} {noun} assigned to unhealthy VPN"
    return Transition(at, INFO, "engines_hidden", message, vpn, data={"count": count})


def recovered(at: float, vpn: str, outage: float) -> Transition:
    message = "Gluetun VPN recovered and is now healthy"
    return Transition(at, INFO, "gluetun_healthy", message, vpn, data={"outage_seconds": round(outage, 1)})


def first_healthy(at: float, vpn: str) -> Transition:
    return Transition(at, INFO, "gluetun_healthy", "Gluetun VPN is healthy", vpn)


def provisioning(at: float, vpn: str, engines: List[str]) -> Transition:
    noun = "engine" if len(engines) == 1 else "engines"
    message = f"Provisioning {len(engines)} {noun} on healthy VPN: {', '.join(engines)}"
    return Transition(at, INFO, "engines_provisioning", message, vpn, data={"engines": engines})


def draining(at: float, vpn: str, engines: List[str]) -> Transition:
    noun = "engine" if len(engines) == 1 else "engines"
    message = f"Hiding {len(engines)} surplus {noun}, to be removed when idle: {', '.join(engines)}"
    return Transition(at, INFO, "engines_surplus", message, vpn, data={"engines": engines})


def removing(at: float, vpn: str, engines: List[str]) -> Transition:
    noun = "engine" if len(engines) == 1 else "engines"
    message = f"Removing {len(engines)} surplus {noun}: {', '.join(engines)}"
    return Transition(at, INFO, "engines_removing", message, vpn, data={"engines": engines})


def restarting(at: float, vpn: str, count: int, scenario: Optional[str] = None) -> Transition:
    noun = "engine" if count == 1 else "engines"
    message = f"Restarting {count} {noun} on recovered VPN"
    data = {"count": count, **attempt(count, scenario)}
    return Transition(at, INFO, "engines_restarting", message, vpn, data=data)


def attempt(restarts: int, scenario: Optional[str]) -> Dict[str, Any]:
    """What a line about an attempt tells programs: how many containers (or tunnels) it restarts that no other line
    counts, and for which scenario; a person's own request belongs to none.
    """
    return {"restarts": restarts, **({"scenario": scenario} if scenario else {})}


def _down(why: str, begins: bool) -> Dict[str, Any]:
    return {"why": why, **({"outage": "begins"} if begins else {})}


def timestamp(at: float) -> str:
    """ISO 8601 in UTC with milliseconds, e.g. C(2026-01-31T12:00:00.000Z)."""
    moment = datetime.fromtimestamp(at, tz=timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
