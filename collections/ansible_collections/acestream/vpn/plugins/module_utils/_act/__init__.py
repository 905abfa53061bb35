# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What changes a container: a step is looked at once more, written down, carried out, waited for.

Here belongs a new step, and what makes it safe to be done twice. Not here: whether it is due (`_plan`). May use all but
`_run` and `_settings`.
"""
