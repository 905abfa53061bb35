# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control groups of the second Docker's containers: all below one name."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

MOUNTED = Path("/sys/fs/cgroup")


def thaw(name: str, mounted: Path = MOUNTED) -> None:
    """Let containers that are paused go on: with control groups v1, a process that stands still is not even killed.

    :param name: of the group that holds them all.
    """
    for group in _groups(name, mounted):
        state = group / "freezer.state"
        if state.exists():
            state.write_text("THAWED", encoding="utf-8")


def remove(name: str, seconds: float = 10.0, mounted: Path = MOUNTED) -> None:
    """Remove a group and all below it; nothing may run there any more.

    :param seconds: how long the kernel may take to count the last process out.
    :raises OSError: something does run there.
    """
    deadline = time.monotonic() + seconds
    for group in _groups(name, mounted):
        while True:
            try:
                group.rmdir()
                break
            except FileNotFoundError:
                break
            except OSError:
                if time.monotonic() >= deadline:
                    raise
                time.sleep(0.05)


def _groups(name: str, mounted: Path) -> Iterator[Path]:
    """The deepest first, of each hierarchy: v2 has one, v1 one for each controller. Some have a second name."""
    for hierarchy in (mounted, *(path for path in mounted.iterdir() if path.is_dir() and not path.is_symlink())):
        top = hierarchy / name
        if top.is_dir():
            yield from sorted((path for path in top.rglob("*") if path.is_dir()), reverse=True)
            yield top
