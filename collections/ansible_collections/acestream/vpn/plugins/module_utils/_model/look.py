# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One look at a host with everything that it led to: a plain value.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import Memory
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Observation
from ansible_collections.acestream.vpn.plugins.module_utils._model.steps import Plan
from ansible_collections.acestream.vpn.plugins.module_utils._model.transition import Transition


@dataclass(frozen=True)
class Look:
    """What was seen, what is remembered after it, what is due, and what is new."""

    memory: Memory
    observation: Observation
    plan: Plan
    transitions: Tuple[Transition, ...]

    @property
    def in_doubt(self) -> bool:
        return any(gluetun.in_doubt for gluetun in self.memory.gluetuns.values())
