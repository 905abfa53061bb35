# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reset: a person sees to it that what was given up is tried again. Pure.

What is due of a ladder is then tried once more at once, and after that at its usual intervals.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Dict, Iterable, List, Optional, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import EngineMemory, GluetunMemory, Memory
from ansible_collections.acestream.vpn.plugins.module_utils._model.transition import WARN, Transition


@dataclass(frozen=True)
class Forgotten:
    """What was forgotten of one gluetun or engine.

    :ivar engine: None: of the gluetun itself.
    :ivar latched: it was given up.
    :ivar attempts: how many attempts counted against its budget.
    """

    gluetun: str
    engine: Optional[str]
    latched: bool
    attempts: int

    def __str__(self) -> str:
        words = [f"engine {self.engine}" if self.engine else "the VPN itself"]
        if self.latched:
            words.append("latched")
        return f"{', '.join(words)}, {self.attempts} attempt{'' if self.attempts == 1 else 's'}"


def forget(
    memory: Memory, names: Optional[Iterable[str]], now: float
) -> Tuple[Memory, List[Transition], List[Forgotten]]:
    """Give gluetuns and all of their engines a fresh budget, and say of whom something was forgotten.

    :param names: of the gluetuns; None: all of them.
    """
    wanted = {*memory.gluetuns, *(item.gluetun for item in memory.engines.values())} if names is None else set(names)
    gluetuns: Dict[str, GluetunMemory] = dict(memory.gluetuns)
    engines: Dict[str, EngineMemory] = dict(memory.engines)
    forgotten: List[Forgotten] = []
    for name, gluetun in memory.gluetuns.items():
        attempts = len(gluetun.restarts) + len(gluetun.cycles) + len(gluetun.create_failures)
        if name in wanted:
            gluetuns[name] = replace(gluetun, latched_since=None, restarts=(), cycles=(), create_failures=())
            forgotten.append(Forgotten(name, None, gluetun.latched_since is not None, attempts))
    for name, engine in memory.engines.items():
        if engine.gluetun in wanted:
            engines[name] = replace(engine, latched_since=None, attempts=())
            latched = engine.latched_since is not None
            forgotten.append(Forgotten(engine.gluetun, name, latched, len(engine.attempts)))
    forgotten = [item for item in forgotten if item.latched or item.attempts]
    return replace(memory, gluetuns=gluetuns, engines=engines), _said(forgotten, now), forgotten


def _said(forgotten: List[Forgotten], now: float) -> List[Transition]:
    """One line for each gluetun."""
    by_gluetun: Dict[str, List[Forgotten]] = {}
    for item in forgotten:
        by_gluetun.setdefault(item.gluetun, []).append(item)
    return [_line(name, items, now) for name, items in by_gluetun.items()]


def _line(name: str, items: List[Forgotten], now: float) -> Transition:
    what = "; ".join(str(item) for item in items)
    data: Dict[str, Any] = {"engines": [item.engine for item in items if item.engine]}
    message = f"Reset by a person, budgets and latches are forgotten: {what}"
    return Transition(now, WARN, "reset", message, name, data=data)
