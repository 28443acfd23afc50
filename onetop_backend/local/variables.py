"""The declarations of all variables, without the settings that are made from them."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

from onetop_backend.local.folders import ROOT

_PACKAGE = "onetop_backend.settings"


def declarations() -> ModuleType:
    """Return the module that reads variables, with ``VARIABLES`` as it knows them.

    The package around it reads every setting when it is imported, and one variable that is wrong ends that; a stand-in
    takes its place while the module is imported.

    :raises ModuleNotFoundError: nothing is installed yet
    """
    if _PACKAGE in sys.modules:
        return importlib.import_module(f"{_PACKAGE}.env")
    package = ModuleType(_PACKAGE)
    package.__path__ = [str(ROOT / "onetop_backend" / "settings")]
    sys.modules[_PACKAGE] = package
    try:
        return importlib.import_module(f"{_PACKAGE}.env")
    finally:
        del sys.modules[_PACKAGE]
