"""Alteryx workflows become ours over HTTP, and what is none is refused in a sentence."""

from __future__ import annotations

from tests.engine.server.conftest import Server

_YXMD = b"""<?xml version="1.0"?>
<AlteryxDocument yxmdVer="2024.1"><Nodes>
  <Node ToolID="1"><GuiSettings Plugin="AlteryxBasePluginsGui.Directory.Directory">
    <Position x="54" y="90"/></GuiSettings>
    <Properties><Configuration><Directory>pics</Directory><FileSpec>*.jpg</FileSpec><IncludeSubDirs value="True"/>
    </Configuration></Properties></Node>
  <Node ToolID="2"><GuiSettings Plugin="AlteryxBasePluginsGui.BrowseV2.BrowseV2">
    <Position x="154" y="90"/></GuiSettings>
    <Properties><Configuration/></Properties></Node>
</Nodes><Connections><Connection><Origin ToolID="1" Connection="Output"/><Destination ToolID="2" Connection="Input"/>
</Connection></Connections></AlteryxDocument>"""


def test_an_alteryx_workflow_becomes_ours(server: Server) -> None:
    answer = server.browser.post("/api/import", params={"name": "old.yxmd"}, content=_YXMD).json()
    assert [node["tool"] for node in answer["document"]["nodes"].values()] == ["Directory", "Browse"]
    assert len(answer["document"]["connections"]) == 1
    assert answer["lines"][0].startswith("2 tools: 2 configured")


def test_what_is_none_is_refused(server: Server) -> None:
    answer = server.browser.post("/api/import", params={"name": "x.yxmd"}, content=b"<nothing/>")
    assert answer.status_code == 422
    assert answer.json()["message"]
