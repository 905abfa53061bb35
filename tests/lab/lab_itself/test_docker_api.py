# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Docker answers only on a machine that is busy; the rest is tested against Docker itself."""

from __future__ import annotations

import docker.errors
import pytest

from lab import docker_api
from lab.errors import LabError

BUSY = "OCI runtime pause failed: unable to freeze: unknown"


class Container:
    """One that Docker refuses to pause, for each of the reasons in turn."""

    name, status = "it", "running"

    def __init__(self, *reasons: str) -> None:
        self._reasons = list(reasons)

    def pause(self) -> None:
        if self._reasons:
            raise docker.errors.APIError("500 Server Error", explanation=self._reasons.pop(0))
        self.status = "paused"


def test_processes_that_do_not_stand_still_in_time_are_asked_again():
    container = Container(BUSY, BUSY)
    docker_api.pause(container)
    assert container.status == "paused"


def test_what_stays_so_is_an_error_in_the_end(monkeypatch):
    monkeypatch.setattr(docker_api, "_FREEZES", 0.5)
    with pytest.raises(LabError, match="cannot pause it: .*unable to freeze"):
        docker_api.pause(Container(*[BUSY] * 50))


def test_another_reason_is_an_error_at_once():
    container = Container("is not running")
    with pytest.raises(LabError, match="cannot pause it: is not running"):
        docker_api.pause(container)
    assert container.status == "running"
