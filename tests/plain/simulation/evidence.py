# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What evidence says of an engine, judged anew: not by the collection's own code."""

from __future__ import annotations

from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import OK, EngineEvidence, Observation


def _started_after(engine: float, gluetun: float, now: float) -> bool:
    """By the clock. Starts that lie ahead were before it was set back, and tell nothing of those since."""
    if gluetun > now:
        return True
    return gluetun <= engine <= now


def looks_usable(engine: EngineEvidence, observation: Observation) -> bool:
    """Whether the evidence says that an engine works where it should be."""
    container, gluetun = engine.container, observation.gluetuns[engine.gluetun]
    if container is None or not container.running or gluetun.container is None or engine.aside:
        return False
    if container.network_mode != f"container:{gluetun.container.id}":
        return False
    if engine.netns is not None and gluetun.netns is not None:
        if engine.netns != gluetun.netns:
            return False
    elif not _started_after(container.started_at, gluetun.container.started_at, observation.at):
        return False
    return engine.api == OK and engine.connected is True
