# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A limit on connections: so many and no more, and none of them for ever without asking for anything."""

from __future__ import annotations

import asyncio
import functools
import logging
from typing import Any, cast

from aiohttp import web
from aiohttp.http import HttpProcessingError

#: Connections at a time, those of C(/events) included. Looking at the host needs file descriptors, too, and a service
#: has 1024 of them unless told otherwise.
CONNECTIONS = 500
#: A connection that asks for nothing, or does not come to the end of its question, is closed after this, seconds.
IDLE = 60.0
#: How long open event streams may take to end when the exporter stops, seconds.
_SHUTDOWN = 2.0


class ConnectionLimitRunner(web.AppRunner):
    """Runs an application as C(AppRunner) does, and takes only so many connections at a time.

    :param idle: seconds without a whole question after which a connection is closed.
    """

    def __init__(self, application: web.Application, idle: float = IDLE) -> None:
        # Access logs would hide the transitions, which are what the log is for. A client that goes away ends what is
        # done for it at once.
        logger = logging.getLogger("aiohttp.server")
        logger.addFilter(_is_ours)
        super().__init__(
            application,
            logger=logger,
            access_log=None,
            shutdown_timeout=_SHUTDOWN,
            keepalive_timeout=idle,
            handler_cancellation=True,
        )

    @property
    def server(self) -> Any:
        """What makes the protocol of each new connection."""
        server = super().server
        return None if server is None else functools.partial(_admit, server)


def _admit(server: web.Server) -> asyncio.BaseProtocol:
    return _Closed() if len(server.connections) >= CONNECTIONS else server()


def _is_ours(record: logging.LogRecord) -> bool:
    """Whether a record is about a defect here. A request that is none is its client's: the log is not for that."""
    return not (record.exc_info and isinstance(record.exc_info[1], (HttpProcessingError, ConnectionError)))


class _Closed(asyncio.Protocol):
    """A connection that is one too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Of a server of TCP, each connection has one that can write, with or without TLS.
        cast(asyncio.Transport, transport).abort()
