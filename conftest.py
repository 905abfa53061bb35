# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds for all tests: a property is not refuted by a busy machine, and what is left out is counted."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# How hard chance is tried: see tools/stages.py. A test that says itself how many examples it needs has that many.
for name, examples in (("few", 15), ("some", 40), ("many", 200)):
    settings.register_profile(name, parent=settings.get_profile("busy"), max_examples=examples)
settings.load_profile("busy")

_DESELECTED = pytest.StashKey[int]()


def pytest_deselected(items):
    if items:
        stash = items[0].config.stash
        stash[_DESELECTED] = stash.get(_DESELECTED, 0) + len(items)


def pytest_sessionfinish(session):
    """A process of pytest-xdist tells the one that reports, which otherwise does not know."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["deselected"] = session.config.stash.get(_DESELECTED, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    # Each collects everything.
    counted = getattr(node, "workeroutput", {}).get("deselected", 0)
    node.config.stash[_DESELECTED] = max(counted, node.config.stash.get(_DESELECTED, 0))


def pytest_terminal_summary(terminalreporter, config):
    if getattr(config.option, "numprocesses", None) and config.stash.get(_DESELECTED, 0):
        terminalreporter.write_line(f"{config.stash[_DESELECTED]} deselected in each process")
