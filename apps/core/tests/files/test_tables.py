from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.files import neutral, table


def read(made) -> bytes:
    content = made.file.read()
    made.file.close()
    return content


class TestNeutral:
    @pytest.mark.parametrize(
        "cell",
        [
            "=1+1",
            "+84901234567",
            "-2",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "＝HYPERLINK(A1)",
            "＋1",
            "－1",
            "＠x",
            "﹢1",
            "  =1",
            "\u200b=1",
            "\ufeff=1",
            "\u00a0=1",
            "\x00=1",
            "\t",
        ],
    )
    def test_puts_an_apostrophe_before_what_might_be_computed(self, cell):
        assert neutral(cell) == f"'{cell}"

    @pytest.mark.parametrize(
        "cell", ["", "Nguyễn Văn A", "a=1", "1+1", "0901234567", "binh@example.vn", "'=1", "“=1”"]
    )
    def test_leaves_everything_else_as_it_is(self, cell):
        assert neutral(cell) == cell


class TestTable:
    def test_is_rfc_4180_in_utf_8_with_a_mark(self):
        made = table(
            name="Ứng viên.csv",
            header=["Tên", "Ghi chú"],
            rows=[["Đỗ “Quân”", 'a "b", c\nd'], ["x;=1", ""]],
        )

        assert (made.original_name, made.content_type, made.extension) == (
            "Ứng viên.csv",
            "text/csv; charset=utf-8",
            ".csv",
        )
        content = read(made)
        assert content.decode() == (
            '\ufeff"Tên","Ghi chú"\r\n"Đỗ “Quân”","a ""b"", c\nd"\r\n"x;=1",""\r\n'
        )
        assert (made.size, made.sha256) == (len(content), hashlib.sha256(content).hexdigest())

    @given(st.lists(st.lists(st.text(st.characters(codec="utf-8")), min_size=1, max_size=3)))
    def test_reads_back_as_written(self, rows):
        content = read(table(name="t.csv", header=["a"], rows=rows)).decode("utf-8-sig")

        found = list(csv.reader(io.StringIO(content, newline="")))

        assert found == [["a"], *([neutral(cell) for cell in row] for row in rows)]

    @given(st.lists(st.text(st.characters(codec="utf-8")), min_size=1, max_size=3))
    def test_no_cell_starts_as_a_formula_whatever_the_separator(self, row):
        content = read(table(name="t.csv", header=["a"], rows=[row])).decode("utf-8-sig")

        for separator in ",;\t":
            for cells in csv.reader(io.StringIO(content, newline=""), delimiter=separator):
                assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []

    def test_leaves_nothing_open_when_a_row_fails(self):
        def rows():
            yield ["one"]
            raise KeyError("two")

        before = sorted(Path("/proc/self/fd").iterdir())
        with pytest.raises(KeyError, match="two"):
            table(name="t.csv", header=["a"], rows=rows())

        assert len(list(Path("/proc/self/fd").iterdir())) <= len(before)

    def test_its_size_is_bounded_by_the_disk_not_the_memory(self):
        """Rows are asked for as they are written, not gathered first."""
        alive = 0

        class Row(list[str]):
            def __init__(self, *cells: str) -> None:
                nonlocal alive
                super().__init__(cells)
                alive += 1

            def __del__(self) -> None:
                nonlocal alive
                alive -= 1

        most = 0

        def rows():
            nonlocal most
            for number in range(100):
                most = max(most, alive)
                yield Row(str(number))

        read(table(name="t.csv", header=["a"], rows=rows()))

        assert most <= 2
