# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where what was downloaded is kept, so that no checkout of the same user fetches it again.

``python -m lab.cache`` prints the folder. It may be removed at any time. Only Python's own library is used here:
C(tools/setup) asks before there is anything else.
"""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

_NAME = "acestream-vpn"
_OWN = Path(__file__).resolve().parents[1] / ".state/cache"


def folder() -> Path:
    """The user's cache folder, or one in this checkout where that one cannot be trusted.

    What lies in it becomes an image or a program that runs. So it has to be this user's own, and closed to all others;
    one that was open once may hold anything.

    :returns: a folder that exists.
    """
    shared = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / _NAME
    if not shared.is_absolute():
        # The specification of the variable says so.
        shared = Path.home() / ".cache" / _NAME
    if _make(shared):
        return shared
    _OWN.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _OWN


def is_trusted(path: Path) -> bool:
    """Whether a folder or a file, and no link to one, is this user's, and nobody else may write to it."""
    try:
        found = path.lstat()
    except OSError:
        return False
    mode = found.st_mode
    if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
        return False
    forbidden = 0o077 if stat.S_ISDIR(mode) else 0o022
    return found.st_uid == os.geteuid() and not mode & forbidden


def used(path: Path) -> None:
    """Note that something in the folder is of use still: C(tools/setup) removes what nobody used for two months."""
    os.utime(path)


def _make(shared: Path) -> bool:
    """Whether the shared folder is there and can be trusted."""
    try:
        # With sudo, HOME may be another user's: a folder of root's there would shut them out.
        above = next(path for path in shared.parents if path.exists())
        if not shared.exists() and above.stat().st_uid != os.geteuid():
            return False
        shared.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shared.mkdir(mode=0o700, exist_ok=True)
    except OSError:
        return False
    if is_trusted(shared):
        return True
    print(f"{shared} is not this user's alone (mode 0700): it is not used", file=sys.stderr)
    return False


if __name__ == "__main__":
    print(folder())
