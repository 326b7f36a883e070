"""What can be measured of an image: its colours, its EXIF data, statistics of its channels."""

from __future__ import annotations

import io
import json
import math
import struct
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import numpy as np
from PIL import ExifTags, Image, ImageStat

from engine.images import FORMATS, open_image
from engine.types import Field, FieldType
from tools._parsing.texts import storable

_CHANNELS = ("Red", "Green", "Blue")
_DARK, _BRIGHT = 30, 220
_STATISTICS = {
    "Sum": "sum", "Squared_Sum": "sum2", "Mean": "mean", "Median": "median", "RMS": "rms", "Variance": "var",
    "Std_Dev": "stddev",
}  # fmt: skip
_LONGEST = 2000  # characters of an EXIF value

BASE = [
    Field("Color_Mode", FieldType.V_WString),
    *(Field(name, FieldType.Int32) for name in ("Width", "Height", "Channels")),
    *(Field(f"{end}_{channel}", FieldType.Int32) for end in ("Min", "Max") for channel in _CHANNELS),
    Field("Common_RGB", FieldType.V_WString),
    Field("Common_Hex", FieldType.V_WString),
    Field("Dark_Pixels", FieldType.Int64),
    Field("Bright_Pixels", FieldType.Int64),
]
EXIF = [
    Field("Exif", FieldType.V_WString),
    *(Field(f"GPS_{name}", FieldType.Double) for name in ("Latitude", "Longitude", "Altitude", "Speed")),
    Field("GPS_Speed_Ref", FieldType.V_WString),
    Field("GPS_Track", FieldType.Double),
    Field("GPS_Track_Ref", FieldType.V_WString),
    Field("GPS_Time", FieldType.DateTime),
]
SUMMARY = [
    Field("Pixels", FieldType.Int64),
    *(Field(f"{name}_{channel}", FieldType.Double) for name in _STATISTICS for channel in _CHANNELS),
]


def base(data: bytes) -> list[Any]:
    """The values of `BASE` for an image file.

    Raises:
        BadImage: the bytes are no image that can be used.
    """
    image = open_image(data)
    raw = _raw(data)
    pixels = np.asarray(image.convert("RGB")).reshape(-1, 3)
    grey = np.asarray(image.convert("L"))
    common = _most_common(pixels)
    return [
        raw.mode,
        image.width,
        image.height,
        len(raw.getbands()),
        *(int(value) for value in pixels.min(axis=0)),
        *(int(value) for value in pixels.max(axis=0)),
        ", ".join(map(str, common)),
        "#" + "".join(f"{level:02X}" for level in common),
        int((grey <= _DARK).sum()),
        int((grey >= _BRIGHT).sum()),
    ]


def _most_common(pixels: Any) -> tuple[int, int, int]:
    packed = (pixels.astype(np.uint32) << np.array([16, 8, 0], np.uint32)).sum(axis=1)
    values, counts = np.unique(packed, return_counts=True)
    colour = int(values[counts.argmax()])
    return colour >> 16, colour >> 8 & 255, colour & 255


def summary(data: bytes) -> list[Any]:
    """The values of `SUMMARY` for an image file; a grey image has the same in all channels.

    Raises:
        BadImage: the bytes are no image that can be used.
    """
    image = open_image(data).convert("RGB")
    statistics = ImageStat.Stat(image)
    values = [float(value) for name in _STATISTICS.values() for value in getattr(statistics, name)]
    return [image.width * image.height, *values]


def exif(data: bytes) -> list[Any]:
    """The values of `EXIF` for an image file; Null for what it does not say.

    Raises:
        BadImage: the bytes are no image that can be used.
    """
    open_image(data)
    tags, gps = _tags(_raw(data))
    if gps:
        tags["GPSInfo"] = gps
    return [
        json.dumps(tags, ensure_ascii=False) if tags else None,
        _degrees(gps.get("GPSLatitude"), gps.get("GPSLatitudeRef") == "S"),
        _degrees(gps.get("GPSLongitude"), gps.get("GPSLongitudeRef") == "W"),
        _altitude(gps),
        _number(gps.get("GPSSpeed")),
        _text(gps.get("GPSSpeedRef")),
        _number(gps.get("GPSTrack")),
        _text(gps.get("GPSTrackRef")),
        _moment(gps.get("GPSDateStamp"), gps.get("GPSTimeStamp")),
    ]


def _raw(data: bytes) -> Image.Image:
    """The file as it is, its header alone; it has been opened safely before."""
    return Image.open(io.BytesIO(data), formats=FORMATS)


def _tags(image: Image.Image) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the camera noted, and where it was; empty where that part of the file is damaged."""
    try:
        found = image.getexif()
        tags = {**_named(found, ExifTags.TAGS), **_named(found.get_ifd(ExifTags.IFD.Exif), ExifTags.TAGS)}
        return tags, _named(found.get_ifd(ExifTags.IFD.GPSInfo), ExifTags.GPSTAGS)
    except (SyntaxError, ValueError, TypeError, KeyError, OSError, struct.error):  # as seen on damaged entries
        return {}, {}


def _named(tags: Any, names: dict[int, str]) -> dict[str, Any]:
    pointers = (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo, ExifTags.IFD.Interop)
    return {names.get(tag, f"Tag{tag}"): _plain(value) for tag, value in dict(tags).items() if tag not in pointers}


def _plain(value: Any) -> Any:
    """A value as JSON knows it."""
    if isinstance(value, bytes):
        return value.decode("latin-1").strip("\0")[:_LONGEST]
    if isinstance(value, str):
        return storable(value.strip("\0")[:_LONGEST])
    if isinstance(value, Iterable):
        return [_plain(one) for one in value]
    if isinstance(value, int):
        return value
    return _number(value)


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return number if math.isfinite(number) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _degrees(parts: Any, negative: bool) -> float | None:
    numbers = [_number(part) for part in parts] if isinstance(parts, list) else []
    if not numbers or None in numbers:
        return None
    degrees = sum(((number or 0.0) / 60.0**place for place, number in enumerate(numbers)), start=0.0)
    return -degrees if negative else degrees


def _altitude(gps: dict[str, Any]) -> float | None:
    metres = _number(gps.get("GPSAltitude"))
    below = gps.get("GPSAltitudeRef") in (1, "\x01")
    return -metres if metres is not None and below else metres


def _moment(day: Any, clock: Any) -> datetime | None:
    try:
        hours, minutes, seconds = (int(_number(part) or 0) for part in clock)
        return datetime.strptime(f"{day} {hours}:{minutes}:{seconds}", "%Y:%m:%d %H:%M:%S")
    except (TypeError, ValueError):
        return None
