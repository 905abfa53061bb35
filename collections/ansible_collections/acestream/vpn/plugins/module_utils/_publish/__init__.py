# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What others read: the state directory with memory, journal and documents, the summary, the table.

Here belongs the form of something that is told or kept. Not here: what is told (`_assess`, `_plan`). Knows `_model`
and `_plan`.
"""
