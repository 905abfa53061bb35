# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Worlds as Prometheus would have read them, and what fires in them, by promtool."""

from __future__ import annotations

import subprocess
from pathlib import Path

import yaml

from lab.monitoring import tool

#: Seconds between two readings and two evaluations.
STEP = 5
_TARGET = 'job="acestream-vpn",host="h",instance="192.0.2.7:9811"'
_VERDICTS = ("healthy", "unhealthy", "stopped", "unknown")

#: A value for so many seconds; None: there is no sample. A tuple (first, last) rises by a second each second.
Values = float | list[tuple[float | tuple[float, float] | None, float]]


def world(vpns: tuple[str, ...] = ("a", "b"), **changes: Values) -> dict[str, Values]:
    """All series of one host on which all is well, but for some.

    :param changes: by metric, with ``__a`` behind it where it is about VPN a; ``verdict__a`` is a list of
        (verdict or None, seconds).
    """
    of_host = {
        "up": 1,
        "acestream_vpn_stale": 0,
        "acestream_vpn_engines_wanted": 0,
        "acestream_vpn_last_look_timestamp_seconds": 1,
        "acestream_vpn_last_run_success": None,
    }
    of_vpn = {
        "acestream_vpn_outage_seconds": 0,
        "acestream_vpn_maintenance": 0,
        "acestream_vpn_latched": 0,
        "acestream_vpn_port_lost": 0,
    }
    series: dict[str, Values] = {f"{name}{{{_TARGET}}}": changes.pop(name, value) for name, value in of_host.items()}
    for vpn in vpns:
        where = f'{_TARGET},vpn="{vpn}"'
        for name, value in of_vpn.items():
            series[f"{name}{{{where}}}"] = changes.pop(f"{name.removeprefix('acestream_vpn_')}__{vpn}", value)
        verdicts = changes.pop(f"verdict__{vpn}", [("healthy", 0)])
        for verdict in _VERDICTS:
            series[f'acestream_vpn_verdict{{{where},verdict="{verdict}"}}'] = [
                (None if said is None else int(said == verdict), seconds) for said, seconds in verdicts
            ]
        for state in ("available", "hidden", "latched"):
            value = changes.pop(f"{'given_up' if state == 'latched' else state}__{vpn}", 2 * (state == "available"))
            series[f'acestream_vpn_engines{{{where},state="{state}"}}'] = value
        for kind in ("engine", "gluetun"):
            value = changes.pop(f"restarts_{kind}__{vpn}", 0)
            series[f'acestream_vpn_restarts_total{{{where},kind="{kind}",reason="reconnect"}}'] = value
    assert not changes, f"no such series: {', '.join(changes)}"
    return series


def silent(series: dict[str, Values], before: float, seconds: float, reachable: float = 0) -> dict[str, Values]:
    """The same world, but from a moment on the exporter cannot be read for so many seconds (0: to the end).

    :param reachable: what C(up) says meanwhile; 1: it answers, and has completed no look yet.
    """
    return {
        name: _cut(values, before, seconds, reachable if name.startswith("up{") else None)
        for name, values in series.items()
    }


def until_only(values: Values, second: float) -> Values:
    """The same, but there is nothing any more from then on."""
    return _cut(values, second, 0, None)


def check(rules: Path, series: dict[str, Values], expected: dict[int, set[str]], folder: Path) -> str:
    """Let time go by, and compare what fires.

    :param expected: by second: each alert that fires with its VPN behind it, such as ``VpnDown a``.
    :returns: what promtool complains of; empty if nothing.
    """
    end = max(expected) + 60
    test = {
        "interval": f"{STEP}s",
        "input_series": [
            {"series": name, "values": _notation(values, end)} for name, values in series.items() if values is not None
        ],
        "promql_expr_test": [
            {
                "expr": 'count by (alertname, vpn) (ALERTS{alertstate="firing"})',
                "eval_time": f"{second}s",
                "exp_samples": [{"labels": _labels(alert), "value": 1} for alert in sorted(alerts)],
            }
            for second, alerts in expected.items()
        ],
    }
    document = {"rule_files": [str(rules)], "evaluation_interval": f"{STEP}s", "tests": [test]}
    path = folder / "test.yml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    done = subprocess.run(
        [tool("promtool"), "test", "rules", str(path)], capture_output=True, text=True, check=False, timeout=60
    )
    return done.stdout + done.stderr if done.returncode else ""


def _labels(alert: str) -> str:
    name, _space, vpn = alert.partition(" ")
    return f'{{alertname="{name}", vpn="{vpn}"}}' if vpn else f'{{alertname="{name}"}}'


def _samples(values: Values, end: float) -> list[float | None]:
    """One sample each step; the last value lasts to the end."""
    pieces = values if isinstance(values, list) else [(values, 0)]
    samples: list[float | None] = []
    for value, seconds in pieces:
        for number in range(int(seconds // STEP)):
            samples.append(value[0] + number * STEP if isinstance(value, tuple) else value)
    last = pieces[-1][0]
    while len(samples) <= end / STEP:
        samples.append(last[1] if isinstance(last, tuple) else last)
    return samples


def _notation(values: Values, end: float) -> str:
    """What promtool reads. Prometheus marks the end of a series; without that it would last five minutes more."""
    written, before = [], None
    for sample in _samples(values, end):
        if sample is None:
            written.append("_" if before is None else "stale")
        else:
            written.append(f"{sample:g}")
        before = sample
    return " ".join(written)


def _cut(values: Values, before: float, seconds: float, meanwhile: float | None) -> Values:
    samples = _samples(values, before + seconds)
    head = [(sample, STEP) for sample in samples[: int(before // STEP)]]
    if not seconds:
        return [*head, (meanwhile, 0)]
    tail = _samples(values, 7200)[int((before + seconds) // STEP) :]
    return [*head, (meanwhile, seconds), *((sample, STEP) for sample in tail)]
