# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine's command line, as the known images give it."""

from __future__ import annotations

import argparse
import os
import shlex
from collections.abc import Sequence

#: AceStream's own default for the P2P port.
_P2P_PORT = 8621


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Options of the command line and of ``ACESTREAM_ARGS``; what a stand-in has no use for is ignored."""
    parser = argparse.ArgumentParser(prog="acestreamengine", allow_abbrev=False)
    parser.add_argument("--client-console", action="store_true")
    parser.add_argument("--bind-all", action="store_true", help="listen on every address, not on loopback alone")
    parser.add_argument("--http-port", type=int, default=6878)
    parser.add_argument("--https-port", type=int, default=6879)
    parser.add_argument("--port", type=int, default=_P2P_PORT, help="the P2P port, fixed for this process")
    options, _ignored = parser.parse_known_args([*words, *shlex.split(os.environ.get("ACESTREAM_ARGS", ""))])
    return options
