# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules' figures: one immutable value with the design's defaults.

All times are seconds. Sources: the specification (health check interval 5 s,
forced restart after 60 s, restart of the engines on reconnect) and the
collection's own rules of judgement (see the role's documentation).

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Dict, Tuple

RECONNECT_ALWAYS = "always"
RECONNECT_IP_CHANGE = "ip_change"
RECONNECT_NEVER = "never"
RECONNECT_CHOICES = (RECONNECT_ALWAYS, RECONNECT_IP_CHANGE, RECONNECT_NEVER)

START_AUTO = "auto"
START_ALWAYS = "always"
START_NEVER = "never"
START_CHOICES = (START_AUTO, START_ALWAYS, START_NEVER)

CAPACITY_REPLACE = "replace"
CAPACITY_NONE = "none"
CAPACITY_CHOICES = (CAPACITY_REPLACE, CAPACITY_NONE)


class PolicyError(ValueError):
    """A policy value is unknown or out of range; the message names it and says what is allowed."""


@dataclass(frozen=True)
class Policy:
    """How patient, and how bold.

    :ivar fall: failed egress samples in a row that make a gluetun unhealthy.
    :ivar confirm_timeout: how long engines that still say "connected" may delay that verdict.
    :ivar start_period: how long a gluetun that has just started may take to connect.
    :ivar cycle_after: into an outage, when the tunnel is cycled. A shorter outage restarts nothing.
    :ivar restart_after: into an outage, when the container is restarted for the first time.
    :ivar restart_interval: wait before the second restart; doubles up to ``restart_interval_max``.
    :ivar restart_budget: restarts of one gluetun in ``restart_budget_window``; one more latches it.
    :ivar start_stopped: whether a container that does not run is started: auto, always or never.
    :ivar restart_engines_on_reconnect: always, ip_change or never.
    :ivar drain_timeout: how long a live stream may put off its engine's restart.
    :ivar engine_restart_after: how long an engine may fail on a healthy gluetun before a restart.
    :ivar engine_budget: restarts of one engine without success before it is latched.
    :ivar port_loss_after: how long no port may be forwarded before it counts as lost.
    :ivar port_cycle_after: into a loss, when the tunnel is cycled for it. Waits then double like those of restarts.
    :ivar port_settle: how long a new port must be the same before the forwarded engine gets it.
    :ivar port_min_interval: at most one recreate for a new port in this time.
    :ivar max_unavailable: how many engines of healthy gluetuns may be out of service at a time for a new port.
    :ivar min_replicas: how many engines the pool has; 0: it is not looked after.
    :ivar failover_capacity: replace: others take over the share of a gluetun that failed; none: they keep their own.
    :ivar failback_delay: how long a gluetun must have been healthy again before it takes its share back.
    :ivar sample_gap_max: a failed sample older than this does not count as "in a row".
    :ivar unknown_warn_after: how long a verdict may be unknown before the journal warns.
    """

    fall: int = 2
    confirm_timeout: float = 15.0
    start_period: float = 60.0
    cycle_after: float = 30.0
    restart_after: float = 60.0
    restart_interval: float = 120.0
    restart_interval_max: float = 1800.0
    restart_budget: int = 5
    restart_budget_window: float = 3600.0
    start_stopped: str = START_AUTO
    restart_engines_on_reconnect: str = RECONNECT_ALWAYS
    drain_timeout: float = 600.0
    engine_restart_after: float = 60.0
    engine_budget: int = 5
    port_loss_after: float = 10.0
    port_cycle_after: float = 120.0
    port_settle: float = 30.0
    port_min_interval: float = 600.0
    max_unavailable: int = 1
    min_replicas: int = 0
    failover_capacity: str = CAPACITY_REPLACE
    failback_delay: float = 60.0
    sample_gap_min: float = 0.5
    sample_gap_max: float = 15.0
    unknown_warn_after: float = 60.0

    def __post_init__(self) -> None:
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise PolicyError(f"{name} is {getattr(self, name)!r}: allowed are {', '.join(choices)}")
        for name in _COUNTS:
            if getattr(self, name) < 1:
                raise PolicyError(f"{name} is {getattr(self, name)!r}: it must be at least 1")
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, (int, float)) and not 0 <= value < float("inf"):
                raise PolicyError(f"{item.name} is {value!r}: it must be zero or more, and finite")
        if self.restart_interval <= 0:
            raise PolicyError("restart_interval is 0: it must be more, or restarts would not be spaced")
        if self.cycle_after > self.restart_after:
            raise PolicyError(
                f"cycle_after ({self.cycle_after:g}) is later than restart_after ({self.restart_after:g}): "
                "the gentle step has to come first"
            )

    @classmethod
    def from_dict(cls, given: Dict[str, Any]) -> "Policy":
        """Build a policy from the values that are given; what is missing or None keeps its default.

        :raises PolicyError: an unknown name, a wrong type or a value out of range.
        """
        known = {item.name: item for item in fields(cls)}
        values: Dict[str, Any] = {}
        for name, value in given.items():
            if name not in known:
                raise PolicyError(f"{name} is not a policy setting: allowed are {', '.join(sorted(known))}")
            if value is not None:
                values[name] = _convert(name, value, type(known[name].default))
        return cls(**values)


_CHOICES: Dict[str, Tuple[str, ...]] = {
    "start_stopped": START_CHOICES,
    "restart_engines_on_reconnect": RECONNECT_CHOICES,
    "failover_capacity": CAPACITY_CHOICES,
}
_COUNTS = ("fall", "restart_budget", "engine_budget", "max_unavailable")


def _convert(name: str, value: Any, kind: type) -> Any:
    if kind is str:
        return str(value)
    try:
        if isinstance(value, bool) or (kind is int and float(value) != int(float(value))):
            raise ValueError(value)
        return kind(float(value))
    except (TypeError, ValueError, OverflowError):
        wanted = "a whole number" if kind is int else "a number of seconds"
        raise PolicyError(f"{name} is {value!r}: it must be {wanted}") from None
