# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait until a tunnel carries traffic.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Callable

from ansible_collections.acestream.vpn.plugins.module_utils._assess.verdict import judge
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import HEALTHY, GluetunMemory
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import GluetunEvidence
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy

#: Seconds between two looks.
_POLL = 0.5


@dataclass(frozen=True)
class Waited:
    """What a wait came to.

    :ivar connected: the tunnel carries traffic.
    :ivar why: the deciding evidence of the last look, in words.
    :ivar seconds: how long it took.
    """

    connected: bool
    evidence: GluetunEvidence
    why: str
    seconds: float


def wait_connected(observe: Callable[[], GluetunEvidence], now: Callable[[], float], patience: float) -> Waited:
    """Look until the tunnel carries traffic, once at least.

    A container that has just started may let connections out beside the tunnel. So what counts is the
    verdict of somebody who knows nothing of its past.

    :param now: epoch seconds on the Docker host's clock.
    :param patience: seconds.
    """
    began = time.monotonic()
    while True:
        evidence = observe()
        judgement = judge(GluetunMemory(), evidence, False, Policy(), now())
        connected = judgement.verdict == HEALTHY and not judgement.starting
        passed = time.monotonic() - began
        if connected or passed >= patience:
            return Waited(connected, evidence, judgement.why, passed)
        time.sleep(_POLL)
