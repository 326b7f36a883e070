"""A write that does not come to its end leaves nothing that looks like a file."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import ToolError
from engine.testing import table
from engine.types import Field, FieldType, schema_of
from tests.tools.in_out.formats.yxdb.files import read, write
from tools.in_out.formats.yxdb import Reader, Writer

CHILD = """
import sys, pathlib
from engine.files import NewFile
from engine.testing import table
from tools.in_out.formats.yxdb import Writer
data = table("n: Int32, text: V_WString", *([n, "text" * 99] for n in range(2000)))
file = NewFile(pathlib.Path(sys.argv[1]))
writer = Writer(file.temporary, data.schema)
for number in range(100_000):
    writer.write(data.to_batches()[0])
    if number == 20:
        print("writing", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_killed_in_the_middle_the_old_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "table.yxdb"
    write(path, table("n: Int32", [1]))
    root = Path(__file__).parents[5]
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path)], cwd=root, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "writing\n"
        child.send_signal(signal.SIGKILL)
    assert read(path).to_pylist() == [{"n": 1}]
    (half,) = tmp_path.glob(".table.yxdb.*.part")
    assert half.stat().st_size > 10_000
    with pytest.raises(ToolError, match=r"is no \.yxdb file"):
        Reader(half)


def test_a_failed_write_leaves_no_empty_table(tmp_path: Path) -> None:
    path = tmp_path / "table.yxdb"
    writer = Writer(path, schema_of(Field("x", FieldType.Blob, 3)))
    with pytest.raises(ToolError):
        writer.write(table("x: Blob(3)", [b"much too long"]).to_batches()[0])
    writer.discard()
    with pytest.raises(ToolError, match=r"is no \.yxdb file"):
        Reader(path)
