# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The machine and its Docker: client, containers as values, namespaces, /proc, clocks, things done side by side.

Here belongs the thin layer over what the machine offers. Not here: what an answer says of a VPN or an engine
(`_observe`), and what to do about it (`_act`). Knows `_model` alone.
"""
