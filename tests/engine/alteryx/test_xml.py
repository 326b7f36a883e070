from __future__ import annotations

import pytest

from engine.alteryx import import_workflow, xml
from engine.errors import WorkflowError
from tests.engine.alteryx.yxmd import BROWSE, document, node

BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;">]>
<AlteryxDocument><Nodes>&y;</Nodes></AlteryxDocument>"""
STRANGER = b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><AlteryxDocument/>'


@pytest.mark.parametrize("data", [BOMB, STRANGER])
def test_refuses_dtd_and_entities(data: bytes) -> None:
    with pytest.raises(WorkflowError, match="has a DTD"):
        xml.parse(data)


def test_refuses_depth_size_and_number() -> None:
    with pytest.raises(WorkflowError, match="nested more than 256 levels deep"):
        xml.parse(b"<a>" * 300 + b"</a>" * 300)
    with pytest.raises(WorkflowError, match="more than 500,000 elements"):
        xml.parse(b"<a>" + b"<b/>" * 500_001 + b"</a>")
    with pytest.raises(WorkflowError, match="larger than 32 MiB"):
        xml.parse(b"<a>" + b" " * (32 << 20) + b"</a>")


def test_depth_may_be_as_deep_as_containers_go() -> None:
    inner = node(1, BROWSE)
    for number in range(2, 30):
        inner = node(number, "AlteryxGuiToolkit.ToolContainer.ToolContainer", more=f"<ChildNodes>{inner}</ChildNodes>")
    assert len(import_workflow(document(inner), "deep").document["containers"]) == 28


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not XML: no element found"),
        (b"nodes: {}", r"not XML: .* \(line 1, column 1\)"),
        (b"<AlteryxDocument><Nodes>", "not XML: no element found"),
        (b"\xff\xfe\x00", "not XML"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "not XML"),
        (b"PK\x03\x04 something", "a zip file, not XML. .*yxzp"),
        (b"<html/>", "no Alteryx workflow: it begins with <html>"),
        (b"<AlteryxDocument/>", "no Alteryx workflow"),
        (b"<AlteryxDocument><Nodes><Node/></Nodes></AlteryxDocument>", "no ToolID"),
        (document(node(5, BROWSE), node(5, BROWSE)), "Two nodes .* ToolID 5"),
    ],
)
def test_damaged_files_give_one_clear_error(data: bytes, message: str) -> None:
    with pytest.raises(WorkflowError, match=message):
        import_workflow(data, "bad")


def test_every_way_to_cut_a_file_short_is_refused() -> None:
    whole = document(node(1, BROWSE))
    for end in range(0, len(whole) - 1, 7):
        with pytest.raises(WorkflowError):
            import_workflow(whole[:end], "cut")


def test_utf_16_and_a_byte_order_mark() -> None:
    text = document(node(1, BROWSE)).decode().replace('version="1.0"', 'version="1.0" encoding="utf-16"')
    for data in (text.encode("utf-16"), b"\xef\xbb\xbf" + document(node(1, BROWSE))):
        assert len(import_workflow(data, "x").nodes) == 1
