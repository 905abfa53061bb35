# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The smallest thing that is an engine to those who ask: it answers the two calls of the API."""

import os
import signal

signal.signal(signal.SIGTERM, lambda *_: os._exit(0))  # before everything else: it may come at once

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

if os.path.exists("poison"):
    sys.exit(3)  # as an engine with a broken volume does


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        answer = {
            "result": {"version": {"version": "3.2.3", "platform": "linux"}, "connected": not os.path.exists("lost")}
        }
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


port = int(sys.argv[sys.argv.index("--http-port") + 1])
ThreadingHTTPServer(("0.0.0.0", port), Handler).serve_forever()
