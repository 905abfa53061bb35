# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Engines that contradict a failed egress probe are asked once more.

They are asked while the probe waits for its answer, so that what they said is as old as the probe's time-out when both
are weighed. Only their present answer tells whether they still contradict it.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Callable, Dict

from ansible_collections.acestream.vpn.plugins.module_utils._host.parallel import gather
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import (
    FAILED,
    EngineEvidence,
    GluetunEvidence,
)


def double_check(
    gluetuns: Dict[str, GluetunEvidence],
    engines: Dict[str, EngineEvidence],
    look: Callable[[str], EngineEvidence],
    deadline: float,
) -> Dict[str, EngineEvidence]:
    """The engines, with newer answers of those that said C(connected) on a gluetun whose egress failed.

    :param look: looks at one engine, by its name.
    :param deadline: on the clock of C(time.monotonic). What comes later changes nothing.
    """
    asked = [
        name
        for name, engine in engines.items()
        if engine.connected and engine.gluetun in gluetuns and gluetuns[engine.gluetun].egress == FAILED
    ]
    if not asked:
        return engines
    newer = gather({name: _later(look, name) for name in asked}, deadline)
    return {name: _merged(engine, newer.get(name)) for name, engine in engines.items()}


def _later(look: Callable[[str], EngineEvidence], name: str) -> Callable[[], EngineEvidence]:
    return lambda: look(name)


def _merged(before: EngineEvidence, newer: object) -> EngineEvidence:
    """What did not answer in time, or does not say, leaves the first answer as it was."""
    if not isinstance(newer, EngineEvidence) or newer.connected is None:
        return before
    return replace(before, api=newer.api, connected=newer.connected)
