# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Docker's refusals, in the words of 20.10 and of later releases, each with what to do."""

from __future__ import annotations

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import DockerRefused, DockerUnknown
from ansible_collections.acestream.vpn.plugins.module_utils._host.refusals import explain


@pytest.mark.parametrize(
    ("status", "said", "advice"),
    [
        (409, "cannot join network of a non running container: 0123", "start it"),
        (409, "cannot join network namespace of a non running container: container gluetun is exited", "start it"),
        (404, "No such container: 0123", "create it again"),
        (500, "joining network namespace of container: No such container: 0123", "recreate=auto"),
        (409, "Container 0123 is restarting, wait until the container is running", "once it runs"),
        (
            409,
            'Conflict. The container name "/e" is already in use by container "1". You have to ...',
            "remove or rename",
        ),
        (409, "removal of container 0123 is already in progress", "docker ps -a"),
        (404, "No such image: engine:latest", "pull or build"),
        (500, "driver failed programming: Bind for 0.0.0.0:80 failed: port is already allocated", "free it"),
        (500, "write /var/lib/docker: no space left on device", "free space"),
    ],
)
def test_known_refusals_say_what_to_do_and_what_docker_said(status, said, advice):
    words = explain(DockerRefused(said, status))
    assert advice in words
    assert said in words


def test_others_are_passed_on():
    assert explain(DockerRefused("a new kind\nof trouble", 500)) == "Docker refused (500): a new kind of trouble"


def test_no_answer_is_no_refusal():
    assert "not known" in explain(DockerUnknown("Docker did not answer in time"))
