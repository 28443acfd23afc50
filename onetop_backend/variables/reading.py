"""Reading the variables: from the environment, from files of secrets, and from the file ``.env``.

A secret may be given as a file: ``X_FILE`` names it. What the environment leaves open is taken from the file ``.env``
at the top of the project. An unknown ``ONETOP_…`` variable is an error, because it is a typing mistake.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from onetop_backend.variables.declared import VARIABLES, Variable

BASE_DIR = Path(__file__).resolve().parents[2]


class ImproperVariable(Exception):
    """A variable has a value that cannot be used; the message says which and why."""


def read(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return every variable's value by name, from the environment or its default.

    :raises ImproperVariable: a value cannot be parsed, its file cannot be read, or an ``ONETOP_`` name is unknown
    """
    known = {variable.name for variable in VARIABLES}
    switches = re.compile(r"ONETOP_REQUIRE_[A-Z]+")
    for name in environ:
        if name.startswith("ONETOP_") and name not in known and not switches.fullmatch(name):
            raise ImproperVariable(f"{name} is not a variable of OneTop; is it misspelt?")
    return {variable.name: _value(variable, environ) for variable in VARIABLES}


def _value(variable: Variable, environ: Mapping[str, str]) -> Any:
    text = environ.get(variable.name, "")
    file = environ.get(f"{variable.name}_FILE", "") if variable.secret else ""
    if file:
        try:
            text = Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperVariable(f"{variable.name}_FILE: {error}") from error
        if not text:
            raise ImproperVariable(f"{variable.name}_FILE: {file} is empty")
    try:
        return variable.parse(text or variable.default)
    except ValueError as error:
        shown = "" if variable.secret else f"={text!r}"
        raise ImproperVariable(f"{variable.name}{shown}: {error}") from error


def complete(environ: MutableMapping[str, str]) -> None:
    """Add to an environment what it does not set and the file of variables does; without a file, nothing.

    :raises ImproperVariable: a file that was named is not there
    """
    name = environ.get("ONETOP_ENV_FILE", "")
    if name == "none":
        return
    path = BASE_DIR / (name or ".env")
    if name and not path.is_file():
        raise ImproperVariable(f"ONETOP_ENV_FILE: there is no file {path}")
    for variable, value in dotenv_values(path, interpolate=False).items():
        # A secret is given in one place: the environment's file of it is not beaten by a value from here, nor its
        # value by a file from here.
        ways = (variable, f"{variable}_FILE", variable.removesuffix("_FILE"))
        if value and not any(environ.get(way) for way in ways):
            environ[variable] = value


def current() -> dict[str, Any]:
    """Return the values of this process.

    :raises ImproperVariable: as ``complete`` and ``read``
    """
    environ = dict(os.environ)
    complete(environ)
    return read(environ)
