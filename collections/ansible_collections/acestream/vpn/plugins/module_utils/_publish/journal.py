# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a transition looks in the journal: a line for persons, and one of JSON. Pure.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import json
from typing import Dict, Optional

from ansible_collections.acestream.vpn.plugins.module_utils._model.transition import Transition, timestamp


def as_line(transition: Transition) -> str:
    """C(2026-01-31T12:00:00.000Z WARN: Gluetun VPN became unhealthy [gluetun])."""
    where = f" [{transition.vpn}]" if transition.vpn else ""
    # A line is a line, whatever a container's error text holds.
    message = " ".join(transition.message.split())
    return f"{timestamp(transition.at)} {transition.level}: {message}{where}"


def as_json(transition: Transition, tags: Optional[Dict[str, str]] = None) -> str:
    """:param tags: of the run that writes it."""
    document = {"time": timestamp(transition.at), **transition.as_dict(), **(tags or {})}
    return json.dumps({name: value for name, value in document.items() if value not in (None, {})}, sort_keys=True)
