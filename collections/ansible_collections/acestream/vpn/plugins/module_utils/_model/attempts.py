# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is remembered of attempts: they are written down before they are made. Pure.

A run that is killed between the two has then made its attempt as far as the ladder is
concerned, and the next run does not make it a second time.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Iterable, Mapping, Optional

from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import EngineMemory, GluetunMemory, Memory


def tried_since(attempts: Iterable[float], since: Optional[float]) -> Optional[float]:
    """The last attempt at or after a moment; None: there was none."""
    return max((at for at in attempts if since is not None and at >= since), default=None)


def gluetun_restarted(memory: Memory, name: str, now: float) -> Memory:
    """Add a start or restart of a gluetun, tried now."""
    gluetun = memory.gluetuns.get(name, GluetunMemory())
    return _with_gluetun(memory, name, replace(gluetun, restarts=(*gluetun.restarts, now)))


def gluetun_cycled(memory: Memory, name: str, now: float) -> Memory:
    """Add a cycle of a gluetun's tunnel, tried now."""
    gluetun = memory.gluetuns.get(name, GluetunMemory())
    return _with_gluetun(memory, name, replace(gluetun, cycles=(*gluetun.cycles, now)))


def engines_mended(memory: Memory, engines: Mapping[str, str], now: float) -> Memory:
    """Add one attempt to each engine.

    :param engines: the name of each engine and that of its gluetun.
    """
    after = dict(memory.engines)
    for name, gluetun in engines.items():
        engine = after.get(name) or EngineMemory(gluetun)
        after[name] = replace(engine, attempts=(*engine.attempts, now))
    return replace(memory, engines=after)


def port_given(memory: Memory, engines: Mapping[str, str], now: float) -> Memory:
    """Note of each engine that it is recreated now for another P2P port.

    :param engines: the name of each engine and that of its gluetun.
    """
    after = dict(memory.engines)
    for name, gluetun in engines.items():
        after[name] = replace(after.get(name) or EngineMemory(gluetun), port_given_at=now)
    return replace(memory, engines=after)


def engines_created(memory: Memory, gluetun: str, failed: bool, now: float) -> Memory:
    """Note what came of creating engines on a gluetun: failures make the next attempt wait."""
    before = memory.gluetuns.get(gluetun, GluetunMemory())
    failures = (*before.create_failures, now) if failed else ()
    return _with_gluetun(memory, gluetun, replace(before, create_failures=failures))


def _with_gluetun(memory: Memory, name: str, gluetun: GluetunMemory) -> Memory:
    return replace(memory, gluetuns={**memory.gluetuns, name: gluetun})
