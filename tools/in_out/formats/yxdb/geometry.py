"""SpatialObj values, which are ESRI shapefile geometries, as GeoJSON.

A geometry begins with its type (32 bits): 0 nothing, 1 point, 3 lines, 5 polygons, 8 points. Lines and polygons have
a bounding box, the number of parts and of points, where each part begins, and the points. In a polygon, rings that
run clockwise are outlines and the others holes; GeoJSON wants it the other way round.
"""

from __future__ import annotations

import struct
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import ToolError

_BOX = 32  # bytes
Points = npt.NDArray[np.float64]


def geojson(value: bytes) -> dict[str, Any] | None:
    """A SpatialObj value as a GeoJSON geometry; None for the empty shape. Longitude first, as both formats have it.

    Raises:
        ToolError: the value is no such geometry.
    """
    try:
        kind = struct.unpack_from("<I", value)[0]
        if kind not in _KINDS:
            raise ValueError(f"unknown type {kind}")
        geometry: dict[str, Any] | None = _KINDS[kind](value)
        return geometry
    except (struct.error, ValueError) as error:
        raise ToolError(f"A spatial object of {len(value):,} bytes is no geometry: {error}.") from error


def _empty(value: bytes) -> None:
    return None


def _point(value: bytes) -> dict[str, Any]:
    return {"type": "Point", "coordinates": _points(value, 4, 1)[0].tolist()}


def _multipoint(value: bytes) -> dict[str, Any]:
    (count,) = struct.unpack_from("<I", value, 4 + _BOX)
    return {"type": "MultiPoint", "coordinates": _points(value, 8 + _BOX, count).tolist()}


def _lines(value: bytes) -> dict[str, Any]:
    return _one_or_many("LineString", [part.tolist() for part in _parts(value)])


def _polygons(value: bytes) -> dict[str, Any]:
    rings = _parts(value)
    outlines = [ring for ring in rings if _area(ring) <= 0] or rings
    polygons = [[outline[::-1].tolist()] for outline in outlines]
    for ring in rings:
        if _area(ring) > 0 and outlines is not rings:
            home = next((at for at, outline in enumerate(outlines) if _within(ring[0], outline)), len(outlines) - 1)
            polygons[home].append(ring[::-1].tolist())
    return _one_or_many("Polygon", polygons)


_KINDS = {0: _empty, 1: _point, 3: _lines, 5: _polygons, 8: _multipoint}


def _one_or_many(kind: str, found: list[Any]) -> dict[str, Any]:
    if len(found) == 1:
        return {"type": kind, "coordinates": found[0]}
    return {"type": f"Multi{kind}", "coordinates": found}


def _points(value: bytes, offset: int, count: int) -> Points:
    if offset + 16 * count > len(value):
        raise ValueError(f"{count:,} points do not fit in")
    return np.frombuffer(value, "<f8", 2 * count, offset).reshape(-1, 2)


def _parts(value: bytes) -> list[Points]:
    parts, count = struct.unpack_from("<II", value, 4 + _BOX)
    if 12 + _BOX + 4 * parts > len(value):
        raise ValueError(f"{parts:,} parts do not fit in")
    points = _points(value, 12 + _BOX + 4 * parts, count)
    starts = [*struct.unpack_from(f"<{parts}I", value, 12 + _BOX), count]
    if starts[0] != 0 or any(begin >= end for begin, end in pairwise(starts)):
        raise ValueError("its parts are out of order")
    return [points[begin:end] for begin, end in pairwise(starts)]


def _area(ring: Points) -> float:
    """Twice the area; negative where the ring runs clockwise."""
    x, y = ring[:, 0], ring[:, 1]
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))


def _within(point: Points, ring: Points) -> bool:
    """Whether a ring runs around a point: a ray from it crosses an odd number of sides."""
    x, y = ring[:, 0], ring[:, 1]
    next_x, next_y = np.roll(x, -1), np.roll(y, -1)
    sides = (y > point[1]) != (next_y > point[1])
    slope = (next_x[sides] - x[sides]) / (next_y[sides] - y[sides])
    return bool(np.count_nonzero(point[0] < x[sides] + slope * (point[1] - y[sides])) % 2)
