# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A call whose answer does not arrive is looked after, not repeated."""

from __future__ import annotations

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._act import container_step
from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import DockerRefused, DockerUnknown
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Container

BEFORE = Container("g" * 64, "gluetun", "running", 10, 100.0)
AFTER = Container("g" * 64, "gluetun", "running", 11, 200.0)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(container_step, "_POLL", 0.0)


def looks(monkeypatch, *found):
    """What one look after the other shows; an exception is raised."""
    shown = list(found)

    def inspect(_client, _name):
        item = shown.pop(0) if len(shown) > 1 else shown[0]
        if isinstance(item, Exception):
            raise item
        return item

    monkeypatch.setattr(container_step, "inspect", inspect)


def silent():
    calls.append(1)
    raise OSError("timed out")


calls: list = []


def test_what_is_seen_to_have_worked_has(monkeypatch):
    calls.clear()
    looks(monkeypatch, BEFORE, DockerUnknown("no answer"), AFTER)
    container_step.settle(None, "gluetun", silent, container_step.restarted_after(BEFORE), 5)
    assert calls == [1]


def test_what_is_never_seen_stays_unknown(monkeypatch):
    looks(monkeypatch, BEFORE)
    with pytest.raises(DockerUnknown):
        container_step.settle(None, "gluetun", silent, container_step.restarted_after(BEFORE), 0.01)


def test_what_is_gone_cannot_be_unpaused_and_that_is_fine():
    def refuse(status, text):
        def act():
            raise DockerRefused(text, status)

        return act

    container_step.unless_gone(refuse(404, "No such container: x"))
    container_step.unless_gone(refuse(409, "removal of container x is already in progress"))
    with pytest.raises(DockerRefused):
        container_step.unless_gone(refuse(500, "other"))


@pytest.mark.parametrize("state", ["created", "running", "paused", "restarting", "removing", "exited", "dead"])
def test_states(state):
    container = Container("g" * 64, "gluetun", state, 10, 200.0)
    assert container_step.running(container) is (state == "running")
    assert container_step.restarted_after(BEFORE)(container) is (state == "running")
    assert container_step.at_rest(container) is (state in ("created", "exited", "dead"))
