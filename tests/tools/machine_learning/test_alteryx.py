"""Predict from Alteryx."""

from __future__ import annotations

from tests.engine.alteryx.yxmd import imported, node, wire


def test_predict_takes_data_and_model() -> None:
    text = '<Fields><Field name="a"/></Fields>'
    sources = [node(number, "AlteryxBasePluginsGui.TextInput.TextInput", text) for number in (1, 2)]
    wires = wire(1, "Output", 3, "Data") + wire(2, "Output", 3, "Model")
    result = imported(*sources, node(3, "Predict", "<schemaID>Tools.Predict.2</schemaID>"), wires=wires)
    assert result.document["nodes"]["predict_3"] == {"tool": "Predict"}
    assert result.document["connections"] == ["text_input_1 -> predict_3.D", "text_input_2 -> predict_3.M"]
