# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The observe adapters against the real thing: Docker, namespaces, a VPN, engines."""
