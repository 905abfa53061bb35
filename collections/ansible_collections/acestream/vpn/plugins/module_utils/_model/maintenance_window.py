# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Maintenance: for a while, and never for longer, nothing is done for one gluetun or for the whole host. Pure.

Its end is kept on two clocks. Within one boot the one that never jumps decides, so that a clock that is set, back or
forward, makes it neither longer nor shorter. After a reboot that clock has begun anew: then the host's clock decides,
and what is left is never taken for more than the whole length.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Iterable, List, Optional, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import Maintenance, Memory
from ansible_collections.acestream.vpn.plugins.module_utils._model.transition import INFO, Transition, timestamp

#: The name that stands for the whole host.
HOST = ""
#: By how much a new end may differ from the one that is remembered and still be the same order given twice, seconds.
SAME = 60.0
#: The two clocks are never read at quite the same moment, and one of them may be corrected slowly.
_SLEWED = 1.0


@dataclass(frozen=True)
class Moment:
    """One moment on both clocks. An C(Observation) has the same fields, and serves as well."""

    at: float
    tick: float
    boot: str


def order(until: float, reason: str, moment: Any) -> Maintenance:
    """Maintenance from now on.

    :param moment: a C(Moment), as everywhere in this file.
    """
    return Maintenance(until, reason, moment.at, moment.boot, moment.tick + until - moment.at)


def left(item: Maintenance, moment: Any) -> float:
    """How many seconds of it are left; zero or less: it is over."""
    if item.until_tick is not None and _same_boot(item, moment):
        return float(item.until_tick - moment.tick)
    seconds = float(item.until - moment.at)
    return seconds if item.since is None else min(seconds, item.until - item.since)


def of(memory: Memory, gluetun: str, moment: Any) -> Optional[Maintenance]:
    """The maintenance that a gluetun and its engines are in: of its own and the host's, the longer one."""
    under_way = [
        memory.maintenance[name]
        for name in (gluetun, HOST)
        if name in memory.maintenance and left(memory.maintenance[name], moment) > 0
    ]
    return max(under_way, key=lambda item: left(item, moment), default=None)


def renew(memory: Memory, moment: Any) -> Tuple[Memory, List[Transition]]:
    """Put an end to what is over, and bring the rest up to the clocks as they are now."""
    kept, said = {}, []
    for name, item in memory.maintenance.items():
        if left(item, moment) > 0:
            kept[name] = _at_clocks(item, moment)
        else:
            said.append(ended(name, moment, "its time is over"))
    return replace(memory, maintenance=kept), said


def began(name: str, item: Maintenance, moment: Any, before: Optional[Maintenance] = None) -> Transition:
    """What the journal says of an order, or of one that takes the place of another."""
    verb = "begins" if before is None else "is now"
    message = f"{_whose(name)} {verb}: until {timestamp(item.until)} nothing is done{_because(item)}"
    data = {"until": item.until, "reason": item.reason}
    return Transition(moment.at, INFO, "maintenance_began", message, name or None, data=data)


def ended(name: str, moment: Any, why: str) -> Transition:
    message = f"{_whose(name)} ends, {why}: what is due is judged afresh and done"
    return Transition(moment.at, INFO, "maintenance_ended", message, name or None, data={"why": why})


def describe(item: Maintenance) -> str:
    """C(in maintenance until 2026-01-01T01:00:00.000Z (new cable))."""
    reason = f" ({item.reason})" if item.reason else ""
    return f"in maintenance until {timestamp(item.until)}{reason}"


def put(
    memory: Memory, names: Iterable[str], until: float, reason: str, moment: Any
) -> Tuple[Memory, List[Transition]]:
    """Order maintenance. The same order, given again at once, changes nothing."""
    after, said = renew(memory, moment)
    orders = dict(after.maintenance)
    for name in names:
        before, wanted = orders.get(name), order(until, reason, moment)
        if before is not None and before.reason == reason and abs(before.until - until) < SAME:
            continue
        # What is merely prolonged or shortened began when it began.
        orders[name] = wanted if before is None or before.since is None else replace(wanted, since=before.since)
        said.append(began(name, wanted, moment, before))
    return replace(after, maintenance=orders), said


def lift(memory: Memory, names: Iterable[str], moment: Any) -> Tuple[Memory, List[Transition]]:
    """End maintenance early; the host's name ends all that there is."""
    after, said = renew(memory, moment)
    lifted = set(names)
    if HOST in lifted:
        lifted.update(after.maintenance)
    orders = {name: item for name, item in after.maintenance.items() if name not in lifted}
    said.extend(ended(name, moment, "as ordered") for name in after.maintenance if name in lifted)
    return replace(after, maintenance=orders), said


def _at_clocks(item: Maintenance, moment: Any) -> Maintenance:
    """The same end on both clocks; the item itself where nothing but a moment's difference would change."""
    seconds = left(item, moment)
    shift = moment.at + seconds - item.until
    if item.until_tick is not None and _same_boot(item, moment) and abs(shift) <= _SLEWED:
        return item
    since = moment.at if item.since is None else item.since + shift
    return Maintenance(moment.at + seconds, item.reason, since, moment.boot, moment.tick + seconds)


def _same_boot(item: Maintenance, moment: Any) -> bool:
    """Where the boot cannot be told (C(_host.clock.boot)), the clock that never jumps may have begun anew."""
    return item.boot == moment.boot and item.boot != "unknown"


def _whose(name: str) -> str:
    return "Maintenance" if name else "Maintenance of the whole host"


def _because(item: Maintenance) -> str:
    return f" ({item.reason})" if item.reason else ""
