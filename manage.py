#!/usr/bin/env python3
"""Django's command line. Against the local stack, use `./run manage …`."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onetop_backend.settings")
    execute_from_command_line(sys.argv)
