# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting is a condition with a deadline, never a bare sleep."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_for(look: Callable[[], T], seconds: float, every: float = 0.25) -> T:
    """Call ``look`` until it returns something true, or until ``seconds`` are over.

    :returns: the last answer, which is false only if the deadline passed first.
    """
    deadline = time.monotonic() + seconds
    while True:
        answer = look()
        if answer or time.monotonic() >= deadline:
            return answer
        time.sleep(every)
