# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host with several gluetuns says when one of them fails or is back. Pure.

The specification's messages ("Redundant Failover") call the gluetuns VPN1, VPN2, ... in the order in which they are
declared.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from typing import Dict, List, Optional, Sequence

from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import HEALTHY, GluetunMemory
from ansible_collections.acestream.vpn.plugins.module_utils._model.transition import CRITICAL, INFO, Transition


def failover(
    before: Dict[str, GluetunMemory], after: Dict[str, GluetunMemory], declared: Sequence[str], now: float
) -> List[Transition]:
    """Say which way new streams go from now on. A host with one gluetun has no other way, and says nothing.

    :param before: the memory before a look, and ``after`` with it.
    :param declared: names of the gluetuns in their order.
    """
    if len(declared) < 2:
        return []
    said = (_said(name, before.get(name), after, declared, now) for name in declared)
    return [item for item in said if item is not None]


def serves(memory: Optional[GluetunMemory]) -> bool:
    """Whether new streams may go to it, as far as is known: what cannot be looked at just now is as it was."""
    return memory is not None and memory.known == HEALTHY and memory.outage_since is None and not memory.starting


def _said(
    name: str,
    before: Optional[GluetunMemory],
    after: Dict[str, GluetunMemory],
    declared: Sequence[str],
    now: float,
) -> Optional[Transition]:
    others = [other for other in declared if other != name and serves(after.get(other))]
    failed = name in after and after[name].outage_since is not None
    had_failed = before is not None and before.outage_since is not None
    if failed == had_failed:
        return None
    this, data = _number(name, declared), {"serving": others}
    if failed and others:
        ways = _listed([_number(other, declared) for other in others])
        return Transition(now, INFO, "failover", f"{this} failed, all traffic routed to {ways}", name, data=data)
    if failed:
        message = f"{this} failed, no other VPN works: new streams wait until one is back"
        return Transition(now, CRITICAL, "all_vpns_failed", message, name, data=data)
    if others:
        message = f"{this} recovered, resuming round-robin distribution"
    else:
        message = f"{this} recovered, all traffic routed to {this}"
    return Transition(now, INFO, "failback", message, name, data=data)


def _number(name: str, declared: Sequence[str]) -> str:
    return f"VPN{declared.index(name) + 1}"


def _listed(words: List[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
