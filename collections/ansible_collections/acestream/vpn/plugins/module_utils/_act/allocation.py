# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names and ports for new engines: the lowest that are free. Pure.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from itertools import count as count_up
from typing import Collection, Dict, Iterable, List, Optional

from ansible_collections.acestream.vpn.plugins.module_utils._act.engine_spec import Allocation
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import EngineEvidence, GluetunEvidence
from ansible_collections.acestream.vpn.plugins.module_utils._model.port_range import free


def allocate(
    gluetun: GluetunEvidence,
    engines: Iterable[EngineEvidence],
    wanted: int,
    names: Collection[str],
    prefix: str,
    forwarded_port: Optional[int],
    hosts: Dict[int, int],
) -> List[Allocation]:
    """Find places for C(wanted) engines; fewer, where its ports do not suffice.

    :param engines: those that it has.
    :param names: of all containers of the host, whoever they belong to.
    :param forwarded_port: the port that its provider forwards; the first new engine gets it where none has it yet.
    :param hosts: where Docker publishes ports on its host: HTTP ports that can be reached from there come first.
    """
    engines = list(engines)
    left = free(gluetun.ports, engines, forwarded_port)
    is_open = forwarded_port is not None and not any(engine.forwarded for engine in engines)
    taken = set(names)
    found: List[Allocation] = []
    while len(found) < wanted:
        forwarded = is_open and not found
        needed = 2 if forwarded else 3
        if len(left) < needed:
            break
        http = min(left, key=lambda port: (port not in hosts, port))
        left.remove(http)
        # What is published is of use for nothing but HTTP.
        others = sorted(left, key=lambda port: (port in hosts and len(hosts) < len(left), port))[: needed - 1]
        left = [port for port in left if port not in others]
        name = next(name for name in (f"{prefix}{number}" for number in count_up(1)) if name not in taken)
        taken.add(name)
        p2p = forwarded_port if forwarded and forwarded_port is not None else others[1]
        found.append(Allocation(name, gluetun.name, http, others[0], p2p, forwarded, hosts.get(http)))
    return found
