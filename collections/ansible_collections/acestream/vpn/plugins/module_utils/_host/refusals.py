# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Docker's refusals mean, in a sentence that says what to do. Pure.

The texts are those of Docker 20.10 and of later releases, which word some of them otherwise.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import re

from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import DockerError, DockerRefused

#: The first pattern that is found in Docker's text decides. Patterns are lower case.
_MEANINGS = (
    (
        r"cannot join network (namespace )?of a non.running container",
        "the Gluetun container whose network it shares does not run: start it, and see that it stays up, then run this "
        "again",
    ),
    (
        r"joining network namespace of container: no such container",
        "the Gluetun container whose network it shares is gone: run this again with recreate=auto, once there is a new "
        "one",
    ),
    (
        r"is restarting, wait until the container is running",
        "the Gluetun container whose network it shares is just restarting: run this again once it runs",
    ),
    (
        r"conflict.*name .* is already in use",
        "another program has made a container of that name meanwhile: remove or rename whichever of the two is not "
        "wanted ('docker ps -a' shows both), then run this again",
    ),
    (
        r"removal of container .* is already in progress|is marked for removal",
        "Docker is removing it, or failed to: see 'docker ps -a', remove it by hand if it stays, then run this again",
    ),
    (r"no such image", "its image is gone from this host: pull or build it again, then run this again"),
    (
        r"port is already allocated|address already in use",
        "a port that it publishes is taken by another container or program: free it, or publish another port",
    ),
    (r"no space left on device", "the Docker host's disk is full: free space, then run this again"),
    (r"no such container", "there is no such container any more: create it again, then run this again"),
)


def explain(error: DockerError) -> str:
    """Docker's own words, and after them what to do where that is known.

    :param error: what a call of the API came to.
    """
    said = " ".join(str(error).split())
    for pattern, advice in _MEANINGS:
        if re.search(pattern, said.lower()):
            return f"{advice} (Docker said: {said})"
    if isinstance(error, DockerRefused):
        return f"Docker refused ({error.status}): {said}"
    return f"{said}. What became of it is not known: run this again, it looks first"
