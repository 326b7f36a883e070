"""MultiRowFormula looks at the records around each."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from engine.errors import ToolError
from engine.testing import Case, run_tool, table
from engine.types import Field, FieldType, fields_of, schema_of
from tools.preparation.multi_row_formula import MultiRowFormula

SALES = table(
    "shop: V_WString, sales: Int32, price: FixedDecimal(9.2)",
    ["a", 10, Decimal("1.50")],
    ["b", 5, None],
    ["a", None, Decimal("2.00")],
    ["a", 40, None],
    ["b", 7, Decimal("0.25")],
)


def contract_cases(folder: Path) -> list[Case]:
    return [
        Case(MultiRowFormula, {"field": "change", "expression": "[sales] - [Row-1:sales]", "by": ["shop"]}, SALES),
        Case(MultiRowFormula, {"field": "n", "expression": "[Row-1:n] + 1", "missing": "empty", "by": ["shop"]}, SALES),
    ]


def computed(expression: str, field: str = "x", **config: Any) -> list[Any]:
    config = {"field": field, "expression": expression, **config}
    return list(run_tool(MultiRowFormula, config, SALES, batch_rows=2)["out"][field].to_pylist())


def test_records_before_and_after() -> None:
    assert computed("[Row-1:Sales]") == [None, 10, 5, None, 40]
    assert computed("[row+2:sales]") == [None, 40, 7, None, None]
    assert computed("[sales] + [Row-1:price]") == [None, 6.5, None, 42.0, None]


def test_what_stands_for_records_that_are_not_there() -> None:
    assert computed("[Row-1:sales]", missing="empty") == [0, 10, 5, None, 40]
    assert computed("[Row-1:shop]", missing="empty") == ["", "a", "b", "a", "a"]
    assert computed("[Row-2:sales]", missing="nearest") == [10, 10, 10, 5, None]
    assert computed("[Row+1:price]", missing="nearest") == [None, 2.0, None, 0.25, 0.25]


def test_groups_do_not_see_each_other() -> None:
    assert computed("[Row-1:sales]", by=["shop"]) == [None, None, 10, None, 5]
    assert computed("[Row+1:sales]", by=["shop"], missing="empty") == [None, 7, 40, 0, 0]


def test_results_build_on_each_other() -> None:
    assert computed("[Row-1:x] + 1", missing="empty", type="Int32") == [1, 2, 3, 4, 5]
    assert computed("[Row-1:x] + 1", missing="empty", type="Int32", by=["shop"]) == [1, 1, 2, 3, 2]
    fill_down = "IF IsNull([sales]) THEN [Row-1:sales] ELSE [sales] ENDIF"
    assert computed(fill_down, field="sales") == [10, 5, 5, 40, 7]
    assert computed("IIF([Row-2:x] = Null(), 1, [Row-1:x] + [Row-2:x])", type="Int64") == [1, 1, 2, 3, 5]
    assert computed("[Row-1:x] + Left([shop], 1)", type="V_WString") == ["a", "ab", "aba", "abaa", "abaab"]


def test_long_chains_cross_chunks() -> None:
    numbers = np.random.default_rng(1).integers(0, 9, 20_000)
    data = pa.table([numbers], schema=schema_of(Field("v", FieldType.Int64)))
    config = {"field": "total", "expression": "[Row-1:total] + [v]", "missing": "empty", "type": "Int64"}
    total = run_tool(MultiRowFormula, config, data)["out"]["total"].to_numpy()
    assert np.array_equal(total, np.cumsum(numbers))


def test_type_of_a_new_field_and_of_an_old_one() -> None:
    new = fields_of(run_tool(MultiRowFormula, {"field": "x", "expression": "[Row-1:sales]"}, SALES)["out"].schema)[-1]
    assert (new.type, new.source) == (FieldType.Int64, "MultiRowFormula: [Row-1:sales]")
    old = run_tool(MultiRowFormula, {"field": "PRICE", "expression": "[Row-1:price] * 2"}, SALES)["out"]
    assert old.schema.equals(SALES.schema, check_metadata=True)
    assert old["price"].to_pylist() == [None, None, None, None, None]


def test_another_type_for_an_existing_field_is_not_minded_and_warned_of() -> None:
    result = run_tool(MultiRowFormula, {"field": "sales", "expression": "1", "type": "Double"}, SALES)
    assert result["out"].schema.field("sales").type == "int32"
    assert result.said("warning") == ["[sales] is an Int32 already and stays so; new values change no type or size."]


def test_expressions_speak_of_their_records() -> None:
    texts = table("text: V_WString", ["1"], ["x"], ["3"])
    before = run_tool(MultiRowFormula, {"field": "n", "expression": "ToNumber([Row-1:text])"}, texts)
    assert before.said("conversion_error") == ["Record 3: 'x' is no number, for [n]."]
    sum_so_far = "IIF([text] = '3', Message(2, 'three', 3), ToNumber([text])) + Max([Row-1:n], 0)"
    added = run_tool(MultiRowFormula, {"field": "n", "expression": sum_so_far}, texts)
    assert added.said() == ["Record 2: 'x' is no number, for [n].", "Record 3: three"]


def test_what_does_not_fit_is_null_and_reported() -> None:
    config = {"field": "b", "expression": "[Row-1:sales] * 10", "type": "Byte"}
    result = run_tool(MultiRowFormula, config, SALES)
    assert result["out"]["b"].to_pylist() == [None, 100, 50, None, None]
    assert result.said("conversion_error") == ["Record 5: '400' cannot become a Byte in [b]."]


def test_unknown_names_are_errors() -> None:
    with pytest.raises(ToolError, match=r"No field \[Row-1:sale\]"):
        computed("[Row-1:sale]")
    with pytest.raises(ToolError, match=r"No field \[Row\+1:x\]"):
        computed("[Row+1:x]")


def test_a_field_whose_name_has_braces() -> None:
    data = table("{x}: V_WString", ["1"], ["one"])
    result = run_tool(MultiRowFormula, {"field": "{x}", "expression": "ToString(ToNumber([{x}]) + 1)"}, data)
    assert result["out"]["{x}"].to_pylist() == ["2", None]
    assert result.said("conversion_error") == ["Record 2: 'one' is no number, for [{x}]."]
