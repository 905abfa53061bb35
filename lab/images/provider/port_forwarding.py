# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Forwarded ports as VPN providers offer them, by NAT-PMP: whatever is asked for, one port is handed out."""

from __future__ import annotations

import socket
import threading
import time

import firewall
import natpmp
from log import log
from settings import Settings
from switches import switch


def serve(settings: Settings) -> None:
    """Answer for ever, except while the fault ``natpmp`` is set."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("0.0.0.0", natpmp.PORT))
    threading.Thread(target=_keep_rule, args=(settings,), daemon=True).start()
    started = time.monotonic()
    while True:
        packet, peer = server.recvfrom(64)
        if switch("natpmp") == "silent":
            continue
        reply = answer(packet, settings.public_ip, current_port(settings), int(time.monotonic() - started))
        if reply is not None:
            server.sendto(reply, peer)


def answer(packet: bytes, public_ip: str, port: int | None, epoch: int) -> bytes | None:
    """The answer to one datagram.

    :param port: the port to hand out; None refuses.
    :returns: None for what is no request.
    """
    try:
        request = natpmp.decode_request(packet)
    except natpmp.MalformedPacket as error:
        log("WARN", "nat-pmp", str(error))
        return None
    if request is None:
        return natpmp.encode_address_answer(epoch, public_ip)
    result, external = (0, port) if port else (natpmp.OUT_OF_RESOURCES, 0)
    lifetime = request.lifetime if port else 0
    return natpmp.MapAnswer(request.opcode, result, epoch, request.internal, external, lifetime).encode()


def current_port(settings: Settings) -> int | None:
    """The port that is forwarded now; None while the fault ``port`` says ``none``."""
    fault = switch("port")
    if fault == "none":
        return None
    return int(fault) if fault.isdigit() else settings.forwarded_port


def _keep_rule(settings: Settings) -> None:
    """Keep the packet rule in step with the port: from then on the old one leads nowhere."""
    now: int | None = -1
    while True:
        port = current_port(settings)
        if port != now:
            firewall.forward(settings, port)
            log("INFO", "nat-pmp", f"forwarding port {port}" if port else "forwarding no port")
            now = port
        time.sleep(0.2)
