from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from engine.errors import ToolError
from engine.testing import table
from engine.types import fields_of
from tools.in_out.formats import jsonl
from tools.in_out.formats.jsonl import ReadOptions, Writer


def read(folder: Path, text: str, **options: Any) -> pa.Table:
    (folder / "x.jsonl").write_text(text)
    reader = jsonl.Reader(folder / "x.jsonl", ReadOptions(**options))
    return pa.Table.from_batches(reader, schema=reader.schema)


@pytest.mark.parametrize(
    ("values", "type_", "result"),
    [
        (["true", "null"], "Bool", [True, None]),
        (["1", "-2"], "Int64", [1, -2]),
        (["1", "2.5"], "Double", [1.0, 2.5]),
        (["9007199254740993", "2.5"], "V_WString", ["9007199254740993", "2.5"]),
        (["18446744073709551615"], "V_WString", ["18446744073709551615"]),
        (['"x"', "1"], "V_WString", ["x", "1"]),
        (['"1"'], "V_WString", ["1"]),
        (['"2024-01-31"'], "Date", [date(2024, 1, 31)]),
        (['"2024-01-31T12:30:00"'], "DateTime", [datetime(2024, 1, 31, 12, 30)]),
        (['{"a": [1, "é"]}'], "V_WString", ['{"a":[1,"é"]}']),
        (["null"], "V_WString", [None]),
    ],
)
def test_finds_types(tmp_path: Path, values: list[str], type_: str, result: list[Any]) -> None:
    data = read(tmp_path, "".join(f'{{"x": {value}}}\n' for value in values))
    assert fields_of(data.schema)[0].type == type_
    assert data["x"].to_pylist() == result


def test_records_may_lack_keys(tmp_path: Path) -> None:
    assert read(tmp_path, '{"a": 1}\n\n{"b": "x", "A": 2}\n').to_pylist() == [
        {"a": 1, "b": None, "A2": None},
        {"a": None, "b": "x", "A2": 2},
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no fields"),
        ('{"a": 1}\n{"a": }\n', "line 2 is no JSON: Expecting value"),
        ("[1]\n", "line 1 is no JSON object but list"),
        ('{"a": 1}\n{"a": "x"}\n', r"line 2, field \[a\]: 'x' is no Int64.*sample: 0"),
        ('{"a": 1}\n{"a": 1.5}\n', r"line 2, field \[a\]: '1.5' is no Int64"),
        ('{"a": 1}\n{"b": 2}\n', "line 2 has b, which the first 1 records have not.*sample: 0"),
    ],
)
def test_says_what_is_wrong_and_where(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ToolError, match=message):
        read(tmp_path, text, sample=1)


def test_all_records_may_be_looked_at_first(tmp_path: Path) -> None:
    assert read(tmp_path, '{"a": 1}\n{"a": 1.5, "b": 1}\n', sample=0)["a"].to_pylist() == [1.0, 1.5]


def test_writes_one_object_a_line(tmp_path: Path) -> None:
    data = table(
        "é: V_WString, price: FixedDecimal(19.7), day: Date, x: Double",
        ["a\nb", Decimal("0.0000001"), date(2024, 1, 31), float("nan")],
        [None, Decimal(0), None, 1.0],
    )
    writer = Writer(tmp_path / "x.jsonl", data.schema)
    writer.write(data.to_batches()[0])
    writer.close()
    assert (tmp_path / "x.jsonl").read_text(encoding="utf-8") == (
        '{"é": "a\\nb", "price": "0.0000001", "day": "2024-01-31", "x": null}\n'
        '{"é": null, "price": "0.0000000", "day": null, "x": 1.0}\n'
    )
    assert writer.warnings == ["1 values that are no finite number became null, as JSON has none."]


@pytest.mark.parametrize(
    "text",
    [
        '[{"a": 1}, {"a": 2}]',
        '\ufeff[\n  {"a": 1},\n  {"a": 2}\n]\n',
        '{"a": 1}\n{"a": 2}\n',
        '{\n  "a": 1\n}\n{"a": 2}',
    ],
)
def test_a_json_file_is_a_list_or_objects(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text, encoding="utf-8")
    assert pa.Table.from_batches(jsonl.Reader(tmp_path / "x.json")).to_pylist() == [{"a": 1}, {"a": 2}]


def test_a_json_file_of_any_size(tmp_path: Path) -> None:
    records = [{"a": place, "text": "x" * (place % 1000) + '[{"é"}]'} for place in range(5_000)]
    (tmp_path / "x.json").write_text(json.dumps(records, indent=1, ensure_ascii=False))
    assert pa.Table.from_batches(jsonl.Reader(tmp_path / "x.json")).to_pylist() == records


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[\n{"a": 1},\n{"a": }\n]', "line 3 is no JSON: Expecting value"),
        ('[{"a": 1}, 2]', "line 1 is no JSON object but int"),
        ('[{"a": 1}', "is no JSON"),
        ('[{"a": 1}] x', "something stands behind the list"),
        ("[]", "has no fields"),
        (f'[{{"a": {"9" * 5000}}}]', "a number has too many digits"),
    ],
)
def test_a_json_file_that_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(ToolError, match=message):
        list(jsonl.Reader(tmp_path / "x.json"))


@pytest.mark.parametrize(("name", "text"), [("x.json", "[{}]"), ("x.jsonl", "{}\n")])
def test_half_a_character_becomes_a_question_mark(tmp_path: Path, name: str, text: str) -> None:
    record = r'{"a\ud800": "\ud83c\udf69 \udf69", "b": ["\uDC00"]}'
    (tmp_path / name).write_text(text.replace("{}", record))
    (batch,) = jsonl.Reader(tmp_path / name)
    assert batch.to_pylist() == [{"a?": "🍩 ?", "b": '["?"]'}]


@pytest.mark.parametrize("name", ["x.json", "x.jsonl"])
def test_another_encoding_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes('{"a": "é"}'.encode("latin-1"))
    with pytest.raises(ToolError, match="is not written in utf-8"):
        jsonl.Reader(tmp_path / name)
