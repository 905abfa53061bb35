# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a module with a clock that a file sets: `python shifted_clock.py FILE MODULE ARGUMENTS...`.

FILE holds by how many seconds the time of day differs from the true one. The clocks that never jump stay true, as they
do on a host whose clock is set. (libfaketime would do the same, but breaks time.sleep of Python 3.11 and later.)
"""

from __future__ import annotations

import runpy
import sys
import time
from pathlib import Path

_file, _true = Path(sys.argv[1]), time.time


def _shifted() -> float:
    return _true() + float(_file.read_text(encoding="ascii"))


time.time = _shifted
sys.argv = sys.argv[2:]
sys.path[0] = ""
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
