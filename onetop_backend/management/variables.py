"""The declared variables as people read them: the file ``.env.example`` and the table of the README."""

from __future__ import annotations

from onetop_backend.variables import BASE_DIR, SUBJECTS, Variable

ENV_EXAMPLE = BASE_DIR / ".env.example"
README = BASE_DIR / "README.md"
_BEGIN = "<!-- the table of settings: made by `manage.py settings_table --write` -->"
_END = "<!-- the end of the table of settings -->"

_HEAD = """\
# Variables of OneTop. Made by `manage.py settings_table --write`.
#
# The lines that are not comments are what `docker compose up` needs: a trial at https://onetop.localhost. Its mail
# server does not exist, so mails wait and are given up. For an installation of your own change the addresses and
# the mail server. Secrets are not here: the containers make their own, `manage.py generate_secrets` prints others.
#
# `./run` needs no such file, and takes these values where there is one. Each commented line shows a default.
"""


def env_example() -> str:
    """Return what ``.env.example`` should say."""
    parts = [_HEAD]
    for subject in SUBJECTS:
        if subject.in_env_file:
            parts.append(f"# --- {subject.title} ---\n")
            parts += [_lines(variable) for variable in subject.variables]
    return "\n".join(parts)


def table() -> str:
    """Return the README's table, a row for each variable."""
    rows = ["| variable | default | meaning |", "| --- | --- | --- |"]
    for subject in SUBJECTS:
        rows.append(f"| **{subject.title}** | | |")
        rows += [
            f"| `{variable.name}`{' (secret)' if variable.secret else ''} | {_shown(variable)} | {variable.meaning} |"
            for variable in subject.variables
        ]
    return "\n".join(rows) + "\n"


def readme() -> str:
    """Return what the README should say: as it is, with the table of now.

    :raises ValueError: the marks around the table are gone
    """
    before, begin, rest = README.read_text(encoding="utf-8").partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not (begin and end):
        raise ValueError(f"{README.name} lacks the line {_BEGIN if not begin else _END}")
    return f"{before}{_BEGIN}\n{table()}{_END}{after}"


def _lines(variable: Variable) -> str:
    about = f"# {variable.meaning}"
    if variable.secret:
        about += f"; or {variable.name}_FILE names a file that holds it"
    if variable.trial:
        return f"{about}\n# (default: {variable.default or 'empty'})\n{variable.name}={variable.trial}\n"
    quote = '"' if " " in variable.default else ""
    return f"{about}\n# {variable.name}={quote}{variable.default}{quote}\n"


def _shown(variable: Variable) -> str:
    return f"`{variable.default}`" if variable.default else "–"
