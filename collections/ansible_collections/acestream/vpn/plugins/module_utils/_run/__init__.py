# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ties the rest together: a look from observation to documents, the record of runs, a person's orders.

Here belongs the order in which things happen. Not here: a rule or an adapter. May use everything.
"""
