"""The field list."""

from __future__ import annotations

import pytest

from engine.types import Field, FieldType
from tools.in_out.formats.yxdb.errors import Damaged
from tools.in_out.formats.yxdb.metadata import from_xml, to_xml


def parse(xml: str) -> list[Field]:
    return from_xml((xml + "\n\0").encode("utf-16-le"), 512)


def test_as_alteryx_writes_it() -> None:
    fields = [Field("Name", FieldType.V_WString, 100, source="File: a"), Field("Price", FieldType.FixedDecimal, 19, 6)]
    assert to_xml([*fields, Field("n", FieldType.Int32)]).decode("utf-16-le") == (
        "<RecordInfo>\n"
        '\t<Field name="Name" size="100" source="File: a" type="V_WString"/>\n'
        '\t<Field name="Price" scale="6" size="19" type="FixedDecimal"/>\n'
        '\t<Field name="n" type="Int32"/>\n'
        "</RecordInfo>\n\0"
    )


def test_only_the_fields_of_record_info_count() -> None:
    sorting = '<SortInfo><Field field="a" order="Asc"/></SortInfo>'
    xml = f'<MetaInfo><RecordInfo><Field name="a" type="Int32"/></RecordInfo>{sorting}</MetaInfo>'
    assert [field.name for field in parse(xml)] == ["a"]


def test_old_files_write_the_scale_behind_the_size() -> None:
    assert parse('<RecordInfo><Field name="a" type="FixedDecimal" size="19.6"/></RecordInfo>')[0].scale == 6


def test_names_that_appear_twice_get_a_number() -> None:
    fields = "".join(f'<Field name="{name}" type="Byte"/>' for name in ["a", "A", "a", "a2"])
    assert [field.name for field in parse(f"<RecordInfo>{fields}</RecordInfo>")] == ["a", "A2", "a3", "a22"]


@pytest.mark.parametrize(
    ("xml", "why"),
    [
        ("", "no element found"),
        ("<RecordInfo>", "no element found"),
        ("<RecordInfo/>", "they list no field"),
        ('<RecordInfo><Field type="Int32"/></RecordInfo>', "a field without a name"),
        ('<RecordInfo><Field name="a" type="Boolean"/></RecordInfo>', r"field \[a\] has the unknown type 'Boolean'"),
        ('<RecordInfo><Field name="a" type="String"/></RecordInfo>', "cannot have the size ''"),
        ('<RecordInfo><Field name="a" type="String" size="0"/></RecordInfo>', "cannot have the size '0'"),
        ('<RecordInfo><Field name="a" type="String" size="-5"/></RecordInfo>', "cannot have the size '-5'"),
        ('<RecordInfo><Field name="a" type="WString" size="99999999"/></RecordInfo>', "cannot have the size"),
        ('<RecordInfo><Field name="a" type="FixedDecimal" size="5" scale="5"/></RecordInfo>', "cannot have the scale"),
        ("<a>" * 50, "nested too deep"),
        ('<!DOCTYPE x [<!ENTITY a "aaaa">]><RecordInfo/>', "document type declaration is not allowed"),
        ('<!DOCTYPE x SYSTEM "http://example.org/x"><RecordInfo/>', "document type declaration is not allowed"),
    ],
)
def test_what_is_refused(xml: str, why: str) -> None:
    with pytest.raises(Damaged, match=why):
        parse(xml)


def test_half_a_character() -> None:
    with pytest.raises(Damaged, match="cannot be read"):
        from_xml("<RecordInfo>".encode("utf-16-le") + b"\x3d\xd8", 512)
