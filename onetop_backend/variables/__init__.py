"""The variables that operators set, apart from the settings that follow from them: no bad value breaks this import."""

from __future__ import annotations

from onetop_backend.variables.declared import RATES, SUBJECTS, VARIABLES, Variable
from onetop_backend.variables.reading import BASE_DIR, ImproperVariable, complete, current, read

__all__ = [
    "BASE_DIR",
    "RATES",
    "SUBJECTS",
    "VARIABLES",
    "ImproperVariable",
    "Variable",
    "complete",
    "current",
    "read",
]
