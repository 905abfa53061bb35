# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What comes next in a recreation: a pure function of what is there now.

As nothing is remembered between two steps, it does not matter who made the last one: a recreation
that was cut short anywhere is gone on with by whoever looks next.

The sequence: put the old one aside, create the new one, stop the old one, start the new one, see
that it stays up, remove the old one. Where Docker removes a container by itself as soon as it
stops (C(--rm)), the old one is stopped only when the new one runs, or there would be no way back.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from typing import Any, Dict, Optional

from ansible_collections.acestream.vpn.plugins.module_utils._host.docker_time import as_epoch
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_ports import ports

SET_ASIDE = "set_aside"
CREATE = "create"
STOP_OLD = "stop_old"
START = "start"
CHECK = "check"
REMOVE_OLD = "remove_old"
#: A copy that never ran and whose gluetun is gone as well: there is a better original.
REMOVE_COPY = "remove_copy"
DONE = "done"
#: There is neither the container nor one put aside.
NOTHING_LEFT = "nothing_left"

_ACTIVE = ("running", "paused", "restarting")

Raw = Optional[Dict[str, Any]]


def next_step(new: Raw, old: Raw, gluetun_id: str, start: bool, checked: bool, p2p_port: Optional[int] = None) -> str:
    """Which step is to be made.

    :param new: C(docker inspect) of the container that has the name; None: there is none.
    :param old: that of the one put aside.
    :param gluetun_id: the present gluetun.
    :param start: the engine is to run.
    :param checked: the new one was seen to stay up.
    :param p2p_port: the P2P port that it is to have; None: whichever it has.
    """
    if new is None:
        return NOTHING_LEFT if old is None else CREATE
    if not _is_right(new, gluetun_id, p2p_port):
        if old is None:
            return SET_ASIDE
        # Two of them, and neither is right: the later one, if it ever ran, has taken the other's place.
        return REMOVE_COPY if _state(new) == "created" else REMOVE_OLD
    if start and not checked:
        if _state(new) in _ACTIVE:
            return CHECK
        if old is not None and _state(old) in _ACTIVE and not old["HostConfig"].get("AutoRemove"):
            return STOP_OLD
        return START
    if old is None:
        return DONE
    return STOP_OLD if _state(old) in _ACTIVE else REMOVE_OLD


def _is_right(new: Dict[str, Any], gluetun_id: str, p2p_port: Optional[int]) -> bool:
    if new["HostConfig"]["NetworkMode"] != f"container:{gluetun_id}":
        return False
    return p2p_port is None or ports(new).p2p == p2p_port


def ran_before(new: Raw, old: Raw) -> bool:
    """Whether the engine ran when its recreation began, however far that has come."""
    if old is None:
        return new is not None and _state(new) in _ACTIVE
    if _state(old) in _ACTIVE or (new is not None and _state(new) in _ACTIVE):
        return True
    # It was stopped as a part of the recreation if that was after the new one was created.
    finished, created = as_epoch(old["State"].get("FinishedAt")), as_epoch(None if new is None else new["Created"])
    return finished is not None and created is not None and finished >= created


def _state(raw: Dict[str, Any]) -> str:
    return str(raw["State"]["Status"])
