# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""C(python -m acestream_vpn_exporter --config FILE): look, publish, until told to stop."""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import signal
import ssl
import sys
from pathlib import Path

from aiohttp import web
from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import DockerError, connect
from ansible_collections.acestream.vpn.plugins.module_utils._observe.host import observer
from ansible_collections.acestream.vpn.plugins.module_utils._publish.store import Store
from ansible_collections.acestream.vpn.plugins.module_utils._settings.preflight import PreflightError, check

from acestream_vpn_exporter.config import Config, ConfigError, load
from acestream_vpn_exporter.connection_limit import ConnectionLimitRunner
from acestream_vpn_exporter.docker_events import DockerEvents
from acestream_vpn_exporter.snapshot import Snapshot
from acestream_vpn_exporter.watcher import Watcher
from acestream_vpn_exporter.web import Site

_log = logging.getLogger("acestream_vpn_exporter")


def main() -> int:
    parser = argparse.ArgumentParser(prog="acestream_vpn_exporter", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="the JSON file that the role exporter writes")
    parser.add_argument("--check", action="store_true", help="check the file and end")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    try:
        config = load(given.config, private=not given.check)
        check(config.host)
        token, tls = config.token, _tls(config)
        client = connect(config.host.docker)
    except (ConfigError, PreflightError, DockerError) as error:
        print(f"acestream_vpn_exporter: {error}", file=sys.stderr)
        return 2
    if given.check:
        return 0
    # What is loaded by now stays: looking through it for garbage again and again finds none.
    gc.collect()
    gc.freeze()
    try:
        asyncio.run(_serve(config, client, token, tls))
    except OSError as error:
        print(f"acestream_vpn_exporter: cannot listen on {config.address}:{config.port}: {error}", file=sys.stderr)
        return 1
    return 0


async def _serve(config: Config, client: object, token: str | None, tls: ssl.SSLContext | None) -> None:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)

    def tell(snapshot: Snapshot | None) -> None:
        loop.call_soon_threadsafe(site.looked, snapshot)

    store = Store(config.host.state_dir)
    watcher = Watcher(config, observer(client, config.host, store.remembered), store, tell)
    site = Site(config.host.state_dir, list(config.host.gluetun_names), config.interval, token, watcher.look_now)
    events = DockerEvents(config.host, watcher.look_now)
    runner = ConnectionLimitRunner(site.application())
    await runner.setup()
    try:
        await web.TCPSite(runner, config.address, config.port, ssl_context=tls).start()
        for address in runner.addresses:
            _log.info("listening on %s:%s", *address[:2])
        watcher.start()
        events.start()
        await ended.wait()
    finally:
        _log.info("stopping")
        events.stop()
        await loop.run_in_executor(None, watcher.stop)
        await runner.cleanup()


def _tls(config: Config) -> ssl.SSLContext | None:
    if config.tls_certificate is None or config.tls_key is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(config.tls_certificate, config.tls_key)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"tls_certificate {config.tls_certificate} and its key cannot be used: {error}") from error
    return context


if __name__ == "__main__":
    sys.exit(main())
