# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""When each alert fires and when it does not, at the true thresholds, by promtool.

In each case everything that fires is compared, so that no other alert may fire either.
"""

from __future__ import annotations

import pytest
import yaml

from tests.plain.monitoring.promtool import check, silent, until_only, world

LONG = 4000
#: VPN a is lost at 0.
LOST = {"outage_seconds__a": [((0, LONG), LONG)], "verdict__a": [("unhealthy", 0)]}
LOST_B = {"outage_seconds__b": [((0, LONG), LONG)], "verdict__b": [("unhealthy", 0)]}
BOTH = {"VpnUnhealthy a", "VpnDown a"}
ALL = {"AllVpnsDown", "VpnUnhealthy a", "VpnUnhealthy b"}


def lost_until(second: int) -> dict:
    """VPN a is lost at 0 and back then."""
    return {
        "outage_seconds__a": [((0, second), second), (0, 0)],
        "verdict__a": [("unhealthy", second), ("healthy", 0)],
    }


def undeclared(vpn: str, second: int) -> dict:
    """All series of a VPN that is lost at 0 and taken out of the inventory then."""
    series = world((vpn,), **LOST)
    return {name: until_only(values, second) for name, values in series.items() if f'vpn="{vpn}"' in name}


CASES = {
    "all is well": (world(), {0: set(), 600: set(), 4000: set()}),
    # --- outages ---
    "warning after 30 s, critical after 60 s, over when it is back": (
        world(**lost_until(100)),
        {30: set(), 35: {"VpnUnhealthy a"}, 60: {"VpnUnhealthy a"}, 65: BOTH, 95: BOTH, 100: set()},
    ),
    "an outage of 60 s is no critical one": (
        world(**lost_until(60)),
        {30: set(), 55: {"VpnUnhealthy a"}, 60: set(), 70: set()},
    ),
    "an outage of 30 s is no alert": (world(**lost_until(30)), {15: set(), 30: set(), 40: set()}),
    "a stopped one is down as well": (
        world(**{**LOST, "verdict__a": [("stopped", 0)]}),
        {60: {"VpnUnhealthy a"}, 65: BOTH},
    ),
    "maintenance is silent, and what goes on is told when it ends": (
        world(**LOST, maintenance__a=[(1, 300), (0, 0)]),
        {100: set(), 295: set(), 300: BOTH},
    ),
    "maintenance in the middle of an alert ends it": (
        world(**LOST, maintenance__a=[(0, 100), (1, 0)]),
        {95: BOTH, 100: set()},
    ),
    "maintenance of another VPN does not count": (world(**LOST, maintenance__b=1), {65: BOTH}),
    # --- unknown is not down, and is not well either ---
    "what grows unknown in an outage does not become critical": (
        world(**{**LOST, "verdict__a": [("unhealthy", 45), ("unknown", 155), ("unhealthy", 0)]}),
        {40: {"VpnUnhealthy a"}, 195: {"VpnUnhealthy a"}, 200: BOTH},
    ),
    "what was down stays down while it is unknown": (
        world(**{**LOST, "verdict__a": [("unhealthy", 70), ("unknown", 0)]}),
        {65: BOTH, 75: BOTH, 200: BOTH},
    ),
    "unknown from the start is never down": (
        world(verdict__a=[("unknown", 0)], outage_seconds__a=None),
        {200: set(), 295: set(), 300: {"VpnVerdictUnknown a"}},
    ),
    "unknown for less than 5 minutes is no alert": (
        world(verdict__a=[("unknown", 300), ("healthy", 0)]),
        {295: set(), 300: set(), 310: set()},
    ),
    "unknown is over when it is known": (
        world(verdict__a=[("unknown", 400), ("healthy", 0)]),
        {395: {"VpnVerdictUnknown a"}, 400: set()},
    ),
    "unknown in maintenance is silent": (
        world(verdict__a=[("unknown", 0)], maintenance__a=1),
        {300: set(), 600: set()},
    ),
    # --- the exporter ---
    "an exporter that cannot be read": (
        silent(world(), 100, 100),
        {155: set(), 160: {"ExporterDown"}, 195: {"ExporterDown"}, 200: set()},
    ),
    "one failed reading is no alert": (silent(world(), 100, 5), {100: set(), 105: set(), 170: set()}),
    "no target at all": ({}, {55: set(), 60: {"ExporterDown"}}),
    "an exporter that dies does not end an alert, nor start one": (
        silent(world(**LOST), 70, 0),
        {65: BOTH, 75: BOTH, 125: BOTH, 130: BOTH | {"ExporterDown"}, 3600: BOTH | {"ExporterDown"}},
    ),
    "but not for ever": (silent(world(**LOST), 70, 0), {3660: BOTH | {"ExporterDown"}, 3680: {"ExporterDown"}}),
    "an outage grows no older while nobody looks": (
        silent(world(**LOST), 50, 0),
        {45: {"VpnUnhealthy a"}, 100: {"VpnUnhealthy a"}, 600: {"VpnUnhealthy a", "ExporterDown"}},
    ),
    "an exporter that is restarted does not end an alert": (
        silent(silent(world(**lost_until(120)), 70, 10), 80, 20, reachable=1),
        {65: BOTH, 70: BOTH, 80: BOTH, 95: BOTH, 100: BOTH, 120: set()},
    ),
    "maintenance lasts while the exporter cannot be read": (
        silent(world(**LOST, maintenance__a=1), 70, 0),
        {100: set(), 200: {"ExporterDown"}},
    ),
    "a VPN that is no longer declared is no longer down": (
        {**world(("a", "b"), **LOST), **undeclared("a", 70)},
        {65: BOTH, 70: set(), 75: set()},
    ),
    "a stale exporter: nothing is over, nothing begins, and it is said": (
        world(
            **{
                **LOST,
                "outage_seconds__a": [((0, 70), 70), (None, 0)],
                "verdict__a": [("unhealthy", 70), ("unknown", 0)],
                "verdict__b": [("healthy", 70), ("unknown", 0)],
                "outage_seconds__b": [(0, 70), (None, 0)],
            },
            acestream_vpn_stale=[(0, 70), (1, 0)],
        ),
        {65: BOTH, 125: BOTH, 130: BOTH | {"ExporterStale"}, 1000: BOTH | {"ExporterStale"}},
    ),
    "stale for less than a minute is no alert": (
        world(acestream_vpn_stale=[(1, 60), (0, 0)]),
        {55: set(), 60: set(), 65: set()},
    ),
    "an exporter that has completed no look": (
        silent(world(), 0, 0, reachable=1),
        {55: set(), 60: {"ExporterStale"}},
    ),
    # --- all VPNs ---
    "all VPNs are down": (
        world(**LOST, **LOST_B),
        {30: set(), 35: ALL, 65: ALL | {"VpnDown a", "VpnDown b"}},
    ),
    "one of two is not all": (world(**LOST), {100: BOTH}),
    "the first that is back ends it": (
        world(**lost_until(50), **LOST_B),
        {45: ALL, 50: {"VpnUnhealthy b"}},
    ),
    "of a single one it is not said": (world(("a",), **LOST), {100: BOTH}),
    "one in maintenance and the other down is all": (
        world(**LOST, **LOST_B, maintenance__b=1),
        {35: {"AllVpnsDown", "VpnUnhealthy a"}},
    ),
    "all in maintenance is silent": (
        world(**LOST, **LOST_B, maintenance__a=1, maintenance__b=1),
        {35: set(), 600: set()},
    ),
    "one down and one unknown is not all": (
        world(**LOST, verdict__b=[("unknown", 0)], outage_seconds__b=None),
        {100: BOTH},
    ),
    "all down, and then nobody looks": (
        silent(world(**LOST, **LOST_B), 50, 0),
        {45: ALL, 55: ALL, 105: ALL, 110: ALL | {"ExporterDown"}},
    ),
    # --- given up ---
    "a VPN that was given up": (
        world(latched__a=[(0, 50), (1, 50), (0, 0)]),
        {45: set(), 50: {"VpnLatched a"}, 100: set()},
    ),
    "given up, in maintenance": (world(latched__a=1, maintenance__a=1), {100: set()}),
    "given up, and then nobody looks": (
        silent(world(latched__a=1), 50, 0),
        {45: {"VpnLatched a"}, 60: {"VpnLatched a"}, 110: {"VpnLatched a", "ExporterDown"}},
    ),
    "engines that were given up": (
        world(given_up__b=[(0, 50), (2, 50), (0, 0)]),
        {45: set(), 50: {"EngineLatched b"}, 95: {"EngineLatched b"}, 100: set()},
    ),
    "engines that were given up, in maintenance": (world(given_up__b=1, maintenance__b=1), {100: set()}),
    # --- engines without a network on a VPN that works ---
    "engines that nobody mends for 30 s": (
        world(hidden__a=[(0, 50), (2, 100), (0, 0)]),
        {75: set(), 80: {"EnginesHidden a"}, 145: {"EnginesHidden a"}, 150: set()},
    ),
    "engines that were mended in time": (world(hidden__a=[(2, 30), (0, 0)]), {25: set(), 30: set(), 100: set()}),
    "hidden with their VPN": (world(**LOST, hidden__a=2), {600: BOTH}),
    "hidden while their VPN is unknown": (
        world(hidden__a=2, verdict__a=[("unknown", 0)], outage_seconds__a=None),
        {200: set()},
    ),
    "hidden in maintenance": (world(hidden__a=2, maintenance__a=1), {600: set()}),
    # --- capacity ---
    "too few engines for 5 minutes": (
        world(acestream_vpn_engines_wanted=4, available__b=[(1, 400), (2, 0)]),
        {295: set(), 300: {"EngineCapacityLow"}, 395: {"EngineCapacityLow"}, 400: set()},
    ),
    "too few engines for less": (
        world(acestream_vpn_engines_wanted=4, available__b=[(1, 300), (2, 0)]),
        {295: set(), 300: set(), 310: set()},
    ),
    "as many engines as are wanted": (world(acestream_vpn_engines_wanted=4), {600: set()}),
    "no pool": (world(available__a=0, available__b=0), {600: set()}),
    "too few engines while a VPN is in maintenance": (
        world(acestream_vpn_engines_wanted=4, available__b=0, maintenance__b=1),
        {600: set()},
    ),
    # --- the recovery run ---
    "the last run failed": (
        world(acestream_vpn_last_run_success=[(1, 50), (0, 50), (1, 0)]),
        {45: set(), 50: {"RecoveryRunFailed"}, 95: {"RecoveryRunFailed"}, 100: set()},
    ),
    "no run is on record": (world(acestream_vpn_last_run_success=None), {600: set()}),
    # --- info ---
    "the forwarded port is lost": (
        world(port_lost__a=[(0, 50), (1, 50), (0, 0)]),
        {45: set(), 50: {"ForwardedPortLost a"}, 95: {"ForwardedPortLost a"}, 100: set()},
    ),
    "the forwarded port is lost, in maintenance": (world(port_lost__a=1, maintenance__a=1), {100: set()}),
    "the first restart of an engine, for 5 minutes": (
        world(restarts_engine__a=[(0, 100), (1, 0)]),
        {95: set(), 100: {"EngineRestartTriggered a"}, 390: {"EngineRestartTriggered a"}, 405: set()},
    ),
    "a restart of Gluetun is none of an engine": (
        world(restarts_gluetun__a=[(0, 100), (1, 0)]),
        {100: set(), 200: set()},
    ),
    "restarts before Prometheus began are not told": (world(restarts_engine__a=7), {100: set(), 600: set()}),
    "an exporter that is restarted counts from 0, which is no restart": (
        world(restarts_engine__a=[(7, 100), (0, 0)]),
        {100: set(), 200: set()},
    ),
    "a restart after that is one": (
        world(restarts_engine__a=[(7, 100), (0, 50), (1, 0)]),
        {145: set(), 150: {"EngineRestartTriggered a"}},
    ),
    "a restart in maintenance is silent": (
        world(restarts_engine__a=[(0, 100), (1, 0)], maintenance__a=1),
        {100: set(), 200: set()},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_fires_is_exactly(name, rendered, tmp_path):
    series, expected = CASES[name]
    assert check(rendered / "acestream-vpn/rules.yml", series, expected, tmp_path) == ""


def test_each_alert_fires_in_some_case_and_ends_or_is_silent_in_another(rendered):
    rules = yaml.safe_load((rendered / "acestream-vpn/rules.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
    alerts = {rule["alert"] for rule in rules if "alert" in rule}
    fired = {alert.split()[0] for _series, times in CASES.values() for seen in times.values() for alert in seen}
    assert fired == alerts


def test_a_case_that_is_wrong_is_found(rendered, tmp_path):
    said = check(rendered / "acestream-vpn/rules.yml", world(**LOST), {60: BOTH}, tmp_path)
    assert "VpnDown" in said
