# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose process it is, by the mounts that it sees. Recorded from Docker 26.1 with the containerd image store."""

from __future__ import annotations

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._host.namespace import has_files_of

GLUETUN, ENGINE = "93a0c65e6f1b59f5" * 4, "ea4e2a4baeedd876" * 4
DOCKER = "/data"

#: An engine that was started with C(--ipc shareable) in its gluetun's network.
OF_THE_HOST = f"""\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
112 85 0:46 / {DOCKER}/rootfs/overlayfs/{GLUETUN} rw,relatime shared:7 - overlay overlay rw,upperdir=/3/fs
320 224 0:4 net:[4026532624] /run/docker/netns/8abdb0c8afcc rw - nsfs nsfs rw
127 85 0:91 / {DOCKER}/rootfs/overlayfs/{ENGINE} rw,relatime shared:8 - overlay overlay rw,upperdir=/5/fs
128 85 0:93 / {DOCKER}/containers/{ENGINE}/mounts/shm rw,nosuid,nodev,noexec shared:10 - tmpfs shm rw,size=65536k
"""
OF_THE_GLUETUN = f"""\
280 112 0:46 / / rw,relatime master:7 - overlay overlay rw,upperdir=/3/fs
336 280 254:0 {DOCKER}/containers/{GLUETUN}/hostname /etc/hostname rw,relatime - ext4 /dev/vda rw
337 280 254:0 {DOCKER}/containers/{GLUETUN}/hosts /etc/hosts rw,relatime - ext4 /dev/vda rw
"""


@pytest.mark.parametrize("container", [GLUETUN, ENGINE])
def test_a_process_of_the_host_is_no_container_s_although_it_sees_their_mounts(container):
    assert not has_files_of(container, OF_THE_HOST)


def test_a_process_of_a_container_sees_the_files_that_docker_keeps_for_it():
    assert has_files_of(GLUETUN, OF_THE_GLUETUN)
    assert not has_files_of(ENGINE, OF_THE_GLUETUN)


@pytest.mark.parametrize("cut", ["", "\n", "280 112 0:46\n"])
def test_a_process_that_is_gone_or_half_read_is_nobody_s(cut):
    assert not has_files_of(GLUETUN, cut)
