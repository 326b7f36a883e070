"""The tools of Preparation from Alteryx."""

from __future__ import annotations

from typing import Any

import pytest

from engine.alteryx import Outcome
from tests.engine.alteryx.yxmd import FILTER, carried, imported, node, settings, wire

BASE = "AlteryxBasePluginsGui."
SELECT = BASE + "AlteryxSelect.AlteryxSelect"
FORMULA = BASE + "Formula.Formula"
CLEANSE_PRO = BASE + "DataCleansePro.DataCleansePro"


def simple(operator: str, operands: str = "<Operand>x</Operand>") -> str:
    operator = operator.replace("<", "&lt;")
    inside = f"<Operator>{operator}</Operator><Field>f</Field><Operands>{operands}</Operands>"
    return f"<Mode>Simple</Mode><Simple>{inside}</Simple>"


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        (simple("="), {"field": "f", "operator": "=", "value": "x"}),
        (simple("<="), {"field": "f", "operator": "<=", "value": "x"}),
        (simple("NotContains"), {"field": "f", "operator": "DoesNotContain", "value": "x"}),
        (simple("IsNotEmpty"), {"field": "f", "operator": "IsNotEmpty"}),
        (simple("=", "<DateType>Today</DateType>"), {"field": "f", "operator": "=", "value": "today"}),
        (
            simple("DateRange", "<StartDate>2021-01-01</StartDate><EndDate>2021-02-01</EndDate>"),
            {"field": "f", "operator": "Between", "value": "2021-01-01", "to": "2021-02-01"},
        ),
        (
            simple(
                "PeriodBefore", "<DateType>today</DateType><PeriodType>Months</PeriodType><PeriodCount>3</PeriodCount>"
            ),
            {"expression": '[f] <= DateTimeToday() AND [f] >= DateTimeAdd(DateTimeToday(), -3, "months")'},
        ),
        ("<Mode>Custom</Mode><Expression>Date != [b]</Expression>", {"expression": "[Date] != [b]"}),
    ],
)
def test_filter(configuration: str, expected: dict[str, Any]) -> None:
    assert settings(FILTER, configuration) == expected


def test_an_operator_that_nobody_knows_is_told() -> None:
    assert carried(FILTER, simple("Sounds"))[1].lost == ["the operator Sounds"]


def test_select() -> None:
    fields = """<SelectFields><SelectField field="a" selected="True" type="Int16" size="2"/>
        <SelectField field="b" selected="False"/><SelectField field="c" selected="True" rename="C" description="so"/>
        <SelectField field="d" selected="True" type="FixedDecimal" size="12.3"/>
        <SelectField field="e" selected="True" type="V_WString" size="1073741823"/>
        <SelectField field="*Unknown" selected="{unknown}"/></SelectFields>"""
    expected = [
        {"field": "a", "type": "Int16"},
        {"field": "b", "keep": False},
        {"field": "c", "rename": "C", "description": "so"},
        {"field": "d", "type": "FixedDecimal", "size": 12, "scale": 3},
        {"field": "e", "type": "V_WString"},
    ]
    ordered = '<OrderChanged value="True"/>' + fields.format(unknown="False")
    assert settings(SELECT, ordered) == {"fields": expected, "unknown": False}
    assert settings(SELECT, fields.format(unknown="True")) == {"fields": expected, "unknown": True, "reorder": False}


def test_formula_leaves_the_type_of_fields_that_exist() -> None:
    lines = """<FormulaFields><FormulaField expression="[a] + 1" field="b" size="8" type="Double"/>
        <FormulaField expression="Trim([C])" field="c" size="50" type="V_String"/></FormulaFields>"""
    assert settings(FORMULA, lines) == {
        "fields": [
            {"field": "b", "type": "Double", "expression": "[a] + 1"},
            {"field": "c", "expression": "Trim([C])"},
        ]
    }


@pytest.mark.parametrize(
    ("plugin", "configuration", "expected"),
    [
        (
            BASE + "Sort.Sort",
            '<SortInfo locale="1033"><Field field="a" order="Descending"/>'
            '<Field field="b" order="Ascending"/></SortInfo>',
            {"by": [{"field": "a", "order": "descending"}, {"field": "b"}], "dictionary": True},
        ),
        (BASE + "Sort.Sort", '<SortInfo locale="0"><Field field="a"/></SortInfo>', {"by": [{"field": "a"}]}),
        (
            BASE + "Sample.Sample",
            '<Mode>First</Mode><N>10</N><GroupFields><Field name="g"/></GroupFields>',
            {"mode": "first", "n": 10, "by": ["g"]},
        ),
        (BASE + "Sample.Sample", "<Mode>Sample</Mode><N>3</N>", {"mode": "one_of_every", "n": 3}),
        (
            BASE + "RecordID.RecordID",
            "<FieldName>No</FieldName><StartValue>5</StartValue><FieldType>String</FieldType><FieldSize>8</FieldSize>"
            "<Position>1</Position>",
            {"field": "No", "start": 5, "type": "String", "size": 8, "position": "last"},
        ),
        (
            "OmniBus.GroupedRecordID",
            '<FieldName>No</FieldName><FieldType>Byte</FieldType><StartingValue>1</StartingValue>'
            '<GroupingFields>"a","b"</GroupingFields><SortingFields>""</SortingFields>',
            {"field": "No", "start": 1, "type": "Byte", "by": ["a", "b"]},
        ),
        (BASE + "Unique.Unique", '<UniqueFields><Field field="a"/></UniqueFields>', {"by": ["a"]}),
        (
            "RandomRecords.yxmc",
            '<Value name="Number">False</Value><Value name="Percent">True</Value><Value name="NPercent">12.5</Value>'
            '<Value name="Deterministic">True</Value><Value name="Seed">7</Value>',
            {"percent": 12.5, "seed": 7},
        ),
        (
            "Predictive Tools\\Create_Samples.yxmc",
            '<Value name="estimation pct">70</Value><Value name="validation pct">20</Value>'
            '<Value name="rand seed">3</Value>',
            {"estimation": 70, "validation": 20, "seed": 3},
        ),
        (
            "Cleanse.yxmc",
            '<Value name="Check Box (135)">True</Value><Value name="Check Box (84)">True</Value>'
            '<Value name="Check Box (117)">False</Value><Value name="Check Box (15)">True</Value>'
            '<Value name="List Box (11)">"a, b","c"</Value><Value name="Check Box (77)">True</Value>'
            '<Value name="Drop Down (81)">title</Value>',
            {"fields": ["a, b", "c"], "remove_null_records": True, "zero_for_null": False, "case": "title"},
        ),
        (
            CLEANSE_PRO,
            '<Checkbox_ReplaceStringColumns value="True"/><radioButton_ReplaceNullwithBlanks value="True"/>'
            '<RemoveAllWhitespaces value="True"/><Fields><Field value="a" selected="True"/></Fields>',
            {"fields": ["a"], "zero_for_null": False, "trim": False, "remove_whitespace": True},
        ),
        (
            BASE + "AutoField.AutoField",
            '<Fields><Field field="a" selected="True"/><Field field="*Unknown" selected="True"/></Fields>',
            {},
        ),
        (
            BASE + "AutoField.AutoField",
            '<Fields><Field field="a" selected="True"/><Field field="*Unknown" selected="False"/></Fields>',
            {"fields": ["a"]},
        ),
        (
            BASE + "GenerateRows.GenerateRows",
            '<UpdateField value="False"/><CreateField_Name>n</CreateField_Name><CreateField_Type>Int32'
            "</CreateField_Type><CreateField_Size>4</CreateField_Size><Expression_Init>1</Expression_Init>"
            "<Expression_Cond>n &lt;= Rows</Expression_Cond><Expression_Loop>n + 1</Expression_Loop>",
            {"field": "n", "type": "Int32", "initial": "1", "condition": "[n] <= [Rows]", "loop": "[n] + 1"},
        ),
        ("SelectRecords.yxmc", '<Value name="Ranges">-100</Value>', {"ranges": "-100"}),
        ("SelectRecords.yxmc", '<Value name="Ranges">5+\n1-3\n</Value>', {"ranges": "5+, 1-3"}),
        (
            "Imputation_v3.yxmc",
            '<Value name="listbox Select Incoming Fields">"a","b"</Value><Value name="radio Median">True</Value>'
            '<Value name="radio User Specified Replace From Value">True</Value>'
            '<Value name="updown User Replace Value">-999</Value><Value name="checkbox Impute Indicator">True</Value>',
            {"fields": ["a", "b"], "replace": -999.0, "method": "median", "indicator": True},
        ),
        (
            BASE + "MultiRowFormula.MultiRowFormula",
            '<UpdateField value="False"/><CreateField_Name>n</CreateField_Name><CreateField_Type>Int32'
            "</CreateField_Type><CreateField_Size>4</CreateField_Size><OtherRows>Empty</OtherRows><NumRows>1</NumRows>"
            '<Expression>[Row-1:n] + 1</Expression><GroupByFields><Field field="g"/></GroupByFields>',
            {"field": "n", "type": "Int32", "expression": "[Row-1:n] + 1", "missing": "empty", "by": ["g"]},
        ),
        (
            BASE + "MultiRowFormula.MultiRowFormula",
            '<UpdateField value="True"/><UpdateField_Name>a</UpdateField_Name><OtherRows>NULL</OtherRows>'
            "<Expression>[Row+1:a]</Expression>",
            {"field": "a", "expression": "[Row+1:a]"},
        ),
        (
            BASE + "MultiFieldFormula.MultiFieldFormula",
            '<FieldType>Numeric</FieldType><Fields><Field name="a"/><Field name="b" selected="False"/></Fields>'
            '<CopyOutput value="False"/><Expression>[_CurrentField_] * 2</Expression><ChangeFieldType value="True"/>'
            '<OutputFieldType type="Date" size="10" scale="1"/>',
            {"fields": ["a"], "expression": "[_CurrentField_] * 2", "copy_fields": False, "type": "Date"},
        ),
        (
            BASE + "MultiFieldFormula.MultiFieldFormula",
            '<FieldType>Text</FieldType><Fields><Field name="*Unknown"/></Fields><CopyOutput value="True"/>'
            "<NewFieldAddOn>_x</NewFieldAddOn><NewFieldAddOnPos>Suffix</NewFieldAddOnPos>"
            "<Expression>Trim([_CurrentField_])</Expression>",
            {"kind": "text", "expression": "Trim([_CurrentField_])", "prefix": "", "suffix": "_x"},
        ),
    ],
)  # fmt: skip
def test_settings(plugin: str, configuration: str, expected: dict[str, Any]) -> None:
    assert settings(plugin, configuration) == expected


def test_what_cannot_be_carried_over_is_told() -> None:
    fields = '<Fields><Field field="a" selected="False"/><Field field="*Unknown" selected="True"/></Fields>'
    assert carried(BASE + "AutoField.AutoField", fields)[1].lost == ["that a stay as they are"]
    assert carried(BASE + "Sample.Sample", "<Mode>Odd</Mode>")[1].outcome is Outcome.unsupported
    _, told = carried("Create_Samples.yxmc", '<Value name="estimation pct">30</Value>')
    assert told.lost == ["the setting 'validation pct'", "the setting 'rand seed'"]


def test_anchors_have_our_letters() -> None:
    unique = node(1, BASE + "Unique.Unique", '<UniqueFields><Field field="a"/></UniqueFields>')
    samples = node(2, "Create_Samples.yxmc")
    wires = wire(1, "Unique", 2) + wire(2, "Estimation", 3) + wire(2, "Validation", 4) + wire(2, "Holdout", 5)
    browses = [node(number, BASE + "BrowseV2.BrowseV2") for number in (3, 4, 5)]
    assert imported(unique, samples, *browses, wires=wires).document["connections"] == [
        "unique_1.U -> create_samples_2",
        "create_samples_2.E -> browse_3",
        "create_samples_2.V -> browse_4",
        "create_samples_2.H -> browse_5",
    ]
