# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults: each is one command, undone by its opposite, and all of them by ``heal``."""

from __future__ import annotations

from lab.faults import control_api, engine, gluetun, host, provider
from lab.faults.fault import Fault

#: Every fault by its name, in the order of the help.
FAULTS: dict[str, Fault] = {
    fault.name: fault for part in (provider, gluetun, control_api, engine, host) for fault in part.FAULTS
}
