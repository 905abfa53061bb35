# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The names that a C(.env) of the AceStream Orchestrator may hold: those that mean something here, and the others.

Source: its documents GLUETUN_FAILURE_RECOVERY (the specification) and CONFIG.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from typing import Dict

#: Checked, and of no effect here: why.
NOTHING_TO_SET: Dict[str, str] = {
    "GLUETUN_HEALTH_CHECK_INTERVAL_S": "a run looks every second while there is something to see",
    "GLUETUN_PORT_CACHE_TTL_S": "the forwarded port is asked for at every look",
}

#: What an orchestrator's file may hold besides. It is nobody's mistake, and nothing of it is used or shown.
OF_THE_ORCHESTRATOR = frozenset(
    [
        "ACE_HTTPS_RANGE",
        "ACE_HTTP_RANGE",
        "ACE_LIVE_EDGE_DELAY",
        "ACE_MAP_HTTPS",
        "API_KEY",
        "APP_PORT",
        "AUTOSCALE_INTERVAL_S",
        "AUTO_DELETE",
        "CIRCUIT_BREAKER_FAILURE_THRESHOLD",
        "CIRCUIT_BREAKER_RECOVERY_TIMEOUT_S",
        "CIRCUIT_BREAKER_REPLACEMENT_THRESHOLD",
        "CIRCUIT_BREAKER_REPLACEMENT_TIMEOUT_S",
        "COLLECT_INTERVAL_S",
        "DB_URL",
        "DEBUG_LOG_DIR",
        "DEBUG_MODE",
        "DOCKER_HOST",
        "DOCKER_NETWORK",
        "DYNAMIC_VPN_MANAGEMENT",
        "EMPTY_STREAM_TIMEOUT_S",
        "ENGINE_ARM32_VERSION",
        "ENGINE_ARM64_VERSION",
        "ENGINE_GRACE_PERIOD_S",
        "ENGINE_MEMORY_LIMIT",
        "HEALTH_CHECK_INTERVAL_S",
        "HEALTH_FAILURE_THRESHOLD",
        "HEALTH_REPLACEMENT_COOLDOWN_S",
        "HEALTH_UNHEALTHY_GRACE_PERIOD_S",
        "IDLE_TTL_S",
        "MAX_ACTIVE_REPLICAS",
        "MAX_CONCURRENT_PROVISIONS",
        "MAX_ENGINES_PER_VPN",
        "MAX_STREAMS_PER_ENGINE",
        "MIN_FREE_REPLICAS",
        "MIN_PROVISION_INTERVAL_S",
        "MONITOR_INTERVAL_S",
        "PORT_RANGE_HOST",
        "PREFERRED_ENGINES_PER_VPN",
        "PROXY_CONTROL_MODE",
        "STARTUP_TIMEOUT_S",
        "STATS_HISTORY_MAX",
        "STREAM_LOOP_RETENTION_MINUTES",
        "STREAM_MODE",
        "STREAM_TIMEOUT",
        "TARGET_IMAGE",
        "TZ",
        "VPN_CREDENTIALS_FILE",
        "VPN_DRAINING_CHECK_INTERVAL_S",
        "VPN_DRAINING_HARD_TIMEOUT_S",
        "VPN_ENABLED",
        "VPN_IMAGE",
        "VPN_NOTREADY_HEAL_GRACE_S",
        "VPN_PROTOCOL",
        "VPN_PROVIDER",
        "VPN_REGIONS",
        "VPN_UNHEALTHY_GRACE_PERIOD_S",
    ]
)
