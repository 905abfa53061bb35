# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one look of the exporter brought to light, for everything that is published from it."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.acestream.vpn.plugins.module_utils._memory import GluetunMemory, Memory
from ansible_collections.acestream.vpn.plugins.module_utils._observation import Observation
from ansible_collections.acestream.vpn.plugins.module_utils._policy import Policy


@dataclass(frozen=True)
class Snapshot:
    """One look and what it means.

    :ivar took: how long the look took, seconds.
    """

    memory: Memory
    observation: Observation
    policy: Policy
    took: float

    @property
    def at(self) -> float:
        """When it was taken, epoch seconds on the Docker host's clock."""
        return self.observation.at

    @property
    def gluetuns(self) -> dict[str, GluetunMemory]:
        """What is known of each declared Gluetun, in their order; nothing yet is known of one that is new."""
        return {name: self.memory.gluetuns.get(name, GluetunMemory()) for name in self.observation.gluetuns}

    @property
    def in_doubt(self) -> bool:
        """A sample failed, and the next one should come soon."""
        return any(gluetun.in_doubt or gluetun.starting for gluetun in self.memory.gluetuns.values())
