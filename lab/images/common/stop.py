# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ends the program at once on SIGTERM: as process 1 it gets no default action."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable


def wait_for_signal(before: Callable[[], None] = lambda: None) -> None:
    """Block until SIGTERM or SIGINT, call ``before``, then leave without waiting for any thread."""
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    asked.wait()
    before()
    os._exit(0)


def end_with_parts() -> None:
    """From now on an error that ends a part of the program ends it all, so that it shows."""

    def fail(what: threading.ExceptHookArgs) -> None:
        threading.__excepthook__(what)
        os._exit(1)

    threading.excepthook = fail
