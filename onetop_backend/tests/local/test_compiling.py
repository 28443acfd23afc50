"""Translations are compiled when they changed, and only then."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

import pytest

from onetop_backend.local.catalogues import compile_catalogues


def write(root: Path, translation: str, at: int) -> Path:
    folder = root / "apps" / "jobs" / "locale" / "vi" / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    catalogue = folder / "django.po"
    catalogue.write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        f'msgid "Posting"\nmsgstr "{translation}"\n'
    )
    os.utime(catalogue, (at, at))
    return catalogue


def translated(root: Path) -> str:
    compiled = root / "apps" / "jobs" / "locale" / "vi" / "LC_MESSAGES" / "django.mo"
    with compiled.open("rb") as file:
        return gettext.GNUTranslations(file).gettext("Posting")


def test_compiles_what_is_newer(tmp_path):
    catalogue = write(tmp_path, "Tin tuyển dụng", at=1_000_000_000)
    assert compile_catalogues(tmp_path) == [catalogue]
    assert translated(tmp_path) == "Tin tuyển dụng"
    assert compile_catalogues(tmp_path) == []

    write(tmp_path, "Tin đăng", at=4_000_000_000)
    assert compile_catalogues(tmp_path) == [catalogue]
    assert translated(tmp_path) == "Tin đăng"


def test_leaves_nothing_unfinished(tmp_path):
    catalogue = write(tmp_path, "Tin", at=1_000_000_000)
    compile_catalogues(tmp_path)
    assert sorted(file.name for file in catalogue.parent.iterdir()) == ["django.mo", "django.po"]


@pytest.mark.parametrize("folder", ["onetop_backend/locale/vi/LC_MESSAGES"])
def test_sees_those_of_the_composition_root(tmp_path, folder):
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / folder / "django.po").write_text('msgid ""\nmsgstr ""\n')
    assert compile_catalogues(tmp_path) == [tmp_path / folder / "django.po"]
