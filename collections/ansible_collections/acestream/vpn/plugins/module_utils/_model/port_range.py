# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ports that the engines of a gluetun may have. Pure.

Engines behind one gluetun share its network namespace, so that all their ports must differ.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import re
from typing import FrozenSet, Iterable, List, Optional, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import EngineEvidence

#: HTTP, HTTPS and P2P.
PORTS_EACH = 3
#: Taken inside a gluetun: DNS, its control server, Shadowsocks, its HTTP proxy, its health check.
TAKEN = frozenset({53, 8000, 8388, 8888, 9999})
_LAST = 65535


class PortRangeError(ValueError):
    """A range makes no sense; the message says what is allowed."""


def parse(text: str) -> Tuple[int, int]:
    """First and last port of a range such as C(19000-19499).

    :raises PortRangeError: it is none.
    """
    found = re.fullmatch(r"\s*(\d{1,5})\s*-\s*(\d{1,5})\s*", text)
    if not found:
        raise PortRangeError(f"{text!r} is not a range of ports: give the first and the last, such as 19000-19499")
    first, last = int(found[1]), int(found[2])
    if not 1 <= first <= last <= _LAST:
        raise PortRangeError(
            f"{text!r} is not a range of ports: the first must not be above the last, nor that {_LAST}"
        )
    return first, last


def overlap(one: Tuple[int, int], other: Tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def fits(span: Tuple[int, int]) -> int:
    """For how many engines an empty range has room."""
    usable = span[1] - span[0] + 1 - sum(1 for port in TAKEN if span[0] <= port <= span[1])
    return usable // PORTS_EACH


def used(engines: Iterable[EngineEvidence]) -> FrozenSet[int]:
    """The ports of these engines, whether they run or not."""
    found = (port for item in engines for port in (item.http_port, item.https_port, item.p2p_port))
    return frozenset(port for port in found if port is not None)


def free(span: Optional[Tuple[int, int]], engines: Iterable[EngineEvidence], forwarded: Optional[int]) -> List[int]:
    """The ports of a range that nobody has yet, the lowest first.

    :param forwarded: the port that the provider forwards: it belongs to the forwarded engine alone.
    """
    if span is None:
        return []
    gone = used(engines) | TAKEN | ({forwarded} if forwarded else set())
    return [port for port in range(span[0], span[1] + 1) if port not in gone]
