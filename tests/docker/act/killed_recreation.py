# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A recreation that is killed: ``python -m tests.docker.act.killed_recreation ENGINE GLUETUN_ID STEP``.

It ends itself with SIGKILL right after the named step, as a machine that loses power does.
"""

from __future__ import annotations

import os
import signal
import sys

from ansible_collections.acestream.vpn.plugins.module_utils._act.recreate import Recreation
from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import connect
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import DockerOptions


def main() -> None:
    name, gluetun_id, last = sys.argv[1:]
    client = connect(DockerOptions("unix:///var/run/docker.sock", 10))
    for step in Recreation(client, name, gluetun_id, True, 5).steps():
        if step == last:
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
