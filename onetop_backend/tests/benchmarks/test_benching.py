"""`./run bench` finds the modules of the folder."""

from __future__ import annotations

from importlib import import_module

import pytest

from onetop_backend.local.benching import benchmarks, run_benchmark


def test_without_a_name_it_tells_what_there_is(capsys):
    assert run_benchmark([]) == 0
    assert capsys.readouterr().out == f"./run bench {' | '.join(benchmarks())} [--help]\n"


def test_an_unknown_name_is_refused(capsys):
    assert run_benchmark(["rig"]) == 2
    assert "web" in capsys.readouterr().out


@pytest.mark.parametrize("name", benchmarks())
def test_every_benchmark_explains_itself(name, capsys):
    with pytest.raises(SystemExit) as left:
        import_module(f"benchmarks.{name}").main(["--help"])

    assert left.value.code == 0
    assert f"./run bench {name}" in capsys.readouterr().out
