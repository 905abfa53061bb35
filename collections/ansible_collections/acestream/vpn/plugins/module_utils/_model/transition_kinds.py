# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every C(kind) of transition that there is.

A program that counts by kind can so tell ours from what somebody else wrote into the journal. A test holds this list
against the code.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

KINDS = frozenset(
    (
        "all_vpns_failed",
        "api_unauthorised",
        "drill_begins",
        "drill_ends",
        "engine_create_failed",
        "engine_latched",
        "engine_left_alone",
        "engine_recreate_failed",
        "engine_recreating",
        "engine_remove_failed",
        "engine_removing",
        "engine_restart_failed",
        "engine_start_failed",
        "engine_stop_failed",
        "engine_stopping",
        "engine_unlatched",
        "engine_unpause_failed",
        "engines_hidden",
        "engines_lost",
        "engines_provisioning",
        "engines_removing",
        "engines_restarting",
        "engines_shown",
        "engines_surplus",
        "failback",
        "failover",
        "gluetun_cycle_failed",
        "gluetun_cycle_refused",
        "gluetun_cycle_unknown",
        "gluetun_cycling",
        "gluetun_healthy",
        "gluetun_latched",
        "gluetun_left_alone",
        "gluetun_not_connected",
        "gluetun_recreated",
        "gluetun_restart_failed",
        "gluetun_restart_unknown",
        "gluetun_restarted",
        "gluetun_restarting",
        "gluetun_start_failed",
        "gluetun_start_unknown",
        "gluetun_starting",
        "gluetun_stop_failed",
        "gluetun_stop_unknown",
        "gluetun_stopped",
        "gluetun_stopping",
        "gluetun_unhealthy",
        "gluetun_unknown",
        "gluetun_unlatched",
        "gluetun_unpause_failed",
        "gluetun_unpause_unknown",
        "maintenance_began",
        "maintenance_ended",
        "memory_lost",
        "port_lost",
        "port_obtained",
        "reset",
    )
)
