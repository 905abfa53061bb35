# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lab: a closed world of real tunnels, real namespaces and real streams to break and to mend.

``python -m lab --help`` lists the commands.
"""
