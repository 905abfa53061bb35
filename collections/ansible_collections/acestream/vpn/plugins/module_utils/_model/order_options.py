# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person orders. Plain values.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._model.options import DockerOptions


@dataclass(frozen=True)
class ResetOptions:
    """A person's order to forget what was tried.

    :ivar gluetuns: of these; empty: of all.
    :ivar declared: those of the host; empty: those that are remembered are all there are.
    """

    docker: DockerOptions
    state_dir: str
    gluetuns: Tuple[str, ...]
    declared: Tuple[str, ...]


@dataclass(frozen=True)
class MaintenanceOptions:
    """A person's order to leave something alone.

    :ivar gluetuns, declared: as in C(ResetOptions).
    :ivar state: active or ended.
    :ivar minutes, until: when it ends; one of them is None.
    :ivar lock_timeout: how long to wait for a step that is under way, seconds.
    """

    docker: DockerOptions
    state_dir: str
    gluetuns: Tuple[str, ...]
    declared: Tuple[str, ...]
    state: str
    minutes: Optional[float]
    until: Optional[str]
    reason: str
    lock_timeout: float
