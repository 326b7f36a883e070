"""Spatial objects as GeoJSON."""

from __future__ import annotations

import struct

import pytest

from engine.errors import ToolError
from tools.in_out.formats.yxdb.geometry import geojson

CLOCKWISE = [(0, 0), (0, 9), (9, 9), (9, 0), (0, 0)]
HOLE = [(1, 1), (2, 1), (2, 2), (1, 2), (1, 1)]
FAR = [(20 + x, 20 + y) for x, y in CLOCKWISE]


def shape(kind: int, *parts: list[tuple[int, int]]) -> bytes:
    """A geometry with parts; the box, which nobody needs, is zero."""
    points = [point for part in parts for point in part]
    starts = [sum(map(len, parts[:at])) for at in range(len(parts))]
    head = struct.pack("<I32xII", kind, len(parts), len(points)) + struct.pack(f"<{len(starts)}I", *starts)
    return head + b"".join(struct.pack("<dd", *point) for point in points)


def coordinates(*parts: list[tuple[int, int]]) -> list[list[list[float]]]:
    """The same points as JSON has them."""
    return [[[float(x), float(y)] for x, y in part] for part in parts]


def test_nothing() -> None:
    assert geojson(struct.pack("<I", 0)) is None


def test_a_point() -> None:
    assert geojson(struct.pack("<Idd", 1, 13.4, 52.5)) == {"type": "Point", "coordinates": [13.4, 52.5]}


def test_lines_without_any() -> None:
    assert geojson(shape(3)) == {"type": "MultiLineString", "coordinates": []}


def test_points() -> None:
    value = struct.pack("<I32xI4d", 8, 2, 1, 2, 3, 4)
    assert geojson(value) == {"type": "MultiPoint", "coordinates": [[1.0, 2.0], [3.0, 4.0]]}


def test_lines() -> None:
    assert geojson(shape(3, HOLE)) == {"type": "LineString", "coordinates": coordinates(HOLE)[0]}
    assert geojson(shape(3, HOLE, FAR)) == {"type": "MultiLineString", "coordinates": coordinates(HOLE, FAR)}


def test_a_polygon_turns_round() -> None:
    assert geojson(shape(5, CLOCKWISE)) == {"type": "Polygon", "coordinates": coordinates(CLOCKWISE[::-1])}


def test_a_hole_belongs_to_the_outline_around_it() -> None:
    assert geojson(shape(5, FAR, CLOCKWISE, HOLE)) == {
        "type": "MultiPolygon",
        "coordinates": [coordinates(FAR[::-1]), coordinates(CLOCKWISE[::-1], HOLE[::-1])],
    }


def test_a_polygon_whose_only_ring_runs_the_wrong_way() -> None:
    assert geojson(shape(5, HOLE)) == {"type": "Polygon", "coordinates": coordinates(HOLE[::-1])}


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\1\0",
        struct.pack("<I", 77),
        struct.pack("<Id", 1, 2.0),
        shape(5, CLOCKWISE)[:-1],
        shape(3, [], HOLE),
    ],
)
def test_damage(value: bytes) -> None:
    with pytest.raises(ToolError, match="is no geometry"):
        geojson(value)
