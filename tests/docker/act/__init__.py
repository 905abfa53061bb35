# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The acting modules against real Docker: small containers, real namespaces, no VPN."""
