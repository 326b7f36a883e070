"""The four characters of the sample pictures, each a function from a pose to a drawing."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from PIL import Image, ImageDraw

Point: TypeAlias = tuple[float, float]
Shape: TypeAlias = list[Point]
Colour: TypeAlias = tuple[int, int, int]

SPRITE = (480, 760)  # a character's own canvas, in pixels; the eyes are near (240, 265), the feet at the bottom
SKIN, INK, WHITE = (255, 217, 15), (42, 34, 28), (255, 255, 255)
BLUE_HAIR, BEARD = (56, 102, 190), (209, 178, 113)


# Shapes: lists of corners


def oval(x: float, y: float, rx: float, ry: float) -> Shape:
    turns = [step * math.tau / 40 for step in range(40)]
    return [(x + rx * math.cos(turn), y + ry * math.sin(turn)) for turn in turns]


def limb(*points: Point, width: float) -> list[Shape]:
    """A thick line with round joints."""
    shapes = [oval(x, y, width / 2, width / 2) for x, y in points]
    for (x1, y1), (x2, y2) in itertools.pairwise(points):
        length = math.hypot(x2 - x1, y2 - y1) or 1
        dx, dy = (y2 - y1) / length * width / 2, (x1 - x2) / length * width / 2
        shapes.append([(x1 + dx, y1 + dy), (x2 + dx, y2 + dy), (x2 - dx, y2 - dy), (x1 - dx, y1 - dy)])
    return shapes


def rounded(shape: Shape, times: int = 3) -> Shape:
    """The shape with its corners cut, and cut again."""
    for _ in range(times):
        pairs = zip(shape, shape[1:] + shape[:1], strict=True)
        shape = [
            point
            for (x1, y1), (x2, y2) in pairs
            for point in (
                (0.75 * x1 + 0.25 * x2, 0.75 * y1 + 0.25 * y2),
                (0.25 * x1 + 0.75 * x2, 0.25 * y1 + 0.75 * y2),
            )
        ]
    return shape


class Pen:
    """Draws outlined shapes on a transparent canvas."""

    def __init__(self, size: tuple[int, int] = SPRITE, ink: int = 5) -> None:
        self.image = Image.new("RGBA", size)
        self.ink = ink
        self._draw = ImageDraw.Draw(self.image)

    def fill(self, colour: Colour, *shapes: Shape, outline: bool = True) -> None:
        """Fill shapes that together have one outline."""
        for shape in shapes if outline else ():
            self._draw.line([*shape, *shape[:2]], fill=INK, width=2 * self.ink, joint="curve")
        for shape in shapes:
            self._draw.polygon(shape, fill=colour)

    def stroke(self, *points: Point, width: int = 0, colour: Colour = INK) -> None:
        self._draw.line(points, fill=colour, width=width or self.ink + 1, joint="curve")

    def arc(self, box: tuple[float, float, float, float], start: float, end: float, width: int = 0) -> None:
        self._draw.arc(box, start, end, fill=INK, width=width or self.ink + 1)


class Pose(NamedTuple):
    """What varies from one drawing of a character to the next."""

    gaze: Point  # of the pupils, in pixels
    smile: float  # -1 sad to 1 happy
    left_arm: int  # index into ARMS
    right_arm: int
    lids: float  # 0 wide open to 1 closed
    outfit: int

    @classmethod
    def any(cls, rng: random.Random) -> Pose:
        gaze = (rng.uniform(-20, 14), rng.uniform(-12, 14))
        lids = rng.choice([0, 0, 0, 0.3, 0.5])
        return cls(
            gaze, rng.uniform(-0.8, 1), rng.randrange(4), rng.randrange(4), lids, rng.choice([0] * 7 + [1, 2, 3])
        )


# An arm from the shoulder: hanging, bent, on the hip, waving. Mirrored for the other side.
ARMS: list[list[Point]] = [
    [(0, 0), (-28, 75), (-20, 145)],
    [(0, 0), (-52, 60), (-10, 105)],
    [(0, 0), (-70, 62), (-14, 118)],
    [(0, 0), (-62, 18), (-92, -72)],
]


# What all four have in common


def eyes(pen: Pen, pose: Pose, lashes: bool = False) -> None:
    for x in (282, 200):
        if lashes:
            for turn in (-0.75, -0.45, -0.15, 0.15):
                dx, dy = math.sin(turn), -math.cos(turn)
                pen.stroke((x + 36 * dx, 265 + 36 * dy), (x + 62 * dx, 265 + 62 * dy), width=7)
        pen.fill(WHITE, oval(x, 265, 41, 41))
        pen.fill(INK, oval(x - 6 + pose.gaze[0], 267 + pose.gaze[1], 7, 7), outline=False)
        if pose.lids:
            lid = [point for point in oval(x, 265, 40, 40) if point[1] < 235 + 45 * pose.lids]
            pen.fill(SKIN, lid, outline=False)
            pen.stroke(lid[0], lid[-1] if lid[0][0] > lid[-1][0] else lid[1], width=3)
    pen.fill(SKIN, *limb((232, 304), (196, 306), width=34))
    pen.fill(SKIN, oval(240, 304, 14, 15), outline=False)


def mouth(pen: Pen, pose: Pose, x: float = 212, y: float = 366, half: float = 52) -> None:
    bend = 20 * pose.smile
    line = [(x + half * t, y + bend * (1 - t * t) - bend / 2) for t in (step / 6 - 1 for step in range(13))]
    if pose.smile > 0.55:
        pen.fill(WHITE if pose.outfit % 2 else (140, 40, 40), line)
    pen.stroke(*line)


def arms(pen: Pen, pose: Pose, shoulder: Point, sleeve: Colour | None, width: float = 34) -> None:
    """Both arms from the left shoulder and its mirror image; a sleeve covers the first third."""
    for side, index in ((1, pose.left_arm), (-1, pose.right_arm)):
        sx, sy = shoulder if side == 1 else (480 - shoulder[0], shoulder[1])
        points = [(sx + side * x, sy + y) for x, y in ARMS[index]]
        hand = points[-1]
        pen.fill(SKIN, *limb(*points, width=width), oval(*hand, width * 0.68, width * 0.68))
        for finger in (-8, 4):
            pen.stroke((hand[0] + finger, hand[1] + 4), (hand[0] + finger, hand[1] + 15), width=3)
        if sleeve:
            (x1, y1), (x2, y2) = points[:2]
            pen.fill(sleeve, *limb((x1, y1), (x1 + 0.6 * (x2 - x1), y1 + 0.6 * (y2 - y1)), width=width + 16))


def legs(pen: Pen, top: float, colour: Colour, shoe: Colour, width: float = 40) -> None:
    for x in (212, 272):
        pen.fill(colour, *limb((x, top), (x, 715), width=width))
        pen.fill(shoe, rounded([(x - 44, 755), (x - 40, 722), (x + 24, 715), (x + 26, 755)], 2))


def neck(pen: Pen) -> None:
    pen.fill(SKIN, *limb((244, 390), (244, 440), width=66))


# The four


def bart(pose: Pose) -> Image.Image:
    pen = Pen()
    shirt = [(240, 90, 30), (242, 120, 20), (60, 130, 200), (120, 170, 60)][pose.outfit]
    legs(pen, 640, SKIN, (40, 70, 150))
    pen.fill((50, 90, 190), [(178, 595), (302, 595), (312, 680), (246, 680), (242, 650), (238, 680), (168, 680)])
    neck(pen)
    pen.fill(shirt, rounded([(190, 425), (296, 425), (320, 520), (312, 618), (170, 618), (160, 520)], 2))
    arms(pen, pose, (186, 452), shirt)
    spikes = [(152 + 180 * i / 18, 158 if i % 2 == 0 else 112) for i in range(19)]
    head = [*spikes, (334, 340), (316, 398), (230, 404), (160, 340)]
    muzzle = rounded([(150, 332), (300, 330), (300, 402), (160, 406), (138, 372)])
    pen.fill(SKIN, head, muzzle, oval(322, 318, 20, 22))
    pen.arc((312, 306, 332, 330), 130, 350, 4)
    eyes(pen, pose)
    mouth(pen, pose, 208, 366)
    return pen.image


def homer(pose: Pose) -> Image.Image:
    pen = Pen()
    shirt = [(248, 248, 244), (235, 238, 245), (238, 90, 120), (60, 60, 70)][pose.outfit]
    legs(pen, 660, (70, 120, 190), (70, 70, 75), 62)
    pen.fill((70, 120, 190), rounded([(150, 590), (330, 590), (328, 690), (250, 700), (150, 690)], 2))
    neck(pen)
    pen.fill(shirt, rounded([(170, 425), (310, 425), (368, 540), (344, 645), (140, 645), (104, 540)], 3))
    arms(pen, pose, (162, 455), shirt, 44)
    pen.fill(WHITE, [(206, 424), (240, 452), (276, 424), (290, 448), (244, 470), (192, 448)])
    dome = rounded([(160, 330), (154, 240), (168, 150), (240, 118), (318, 150), (350, 240), (338, 400), (200, 404)])
    pen.arc((196, 70, 262, 170), 175, 330)
    pen.arc((214, 84, 286, 176), 175, 335)
    pen.fill(SKIN, dome, oval(348, 322, 22, 25))
    pen.arc((336, 308, 360, 338), 130, 350, 4)
    pen.stroke((320, 292), (328, 262), (334, 294), (344, 264), (348, 296))
    pen.fill(BEARD, rounded([(150, 342), (210, 322), (290, 336), (312, 384), (270, 424), (178, 424), (140, 386)]))
    eyes(pen, pose)
    mouth(pen, pose, 214, 380, 58)
    return pen.image


def lisa(pose: Pose) -> Image.Image:
    pen = Pen()
    dress = [(222, 52, 36), (206, 60, 50), (240, 130, 170), (70, 150, 160)][pose.outfit]
    legs(pen, 640, SKIN, (180, 40, 40), 34)
    neck(pen)
    hem = [(324 - 168 * i / 10, 660 if i % 2 else 690) for i in range(11)]
    arms(pen, pose, (196, 452), None, 30)
    pen.fill(dress, [(190, 446), (292, 446), *hem])
    turns = [math.radians(-205 + i * 230 / 16) for i in range(17)]
    star = [
        (248 + (140 if i % 2 else 96) * math.cos(t), 262 + (140 if i % 2 else 100) * math.sin(t))
        for i, t in enumerate(turns)
    ]
    muzzle = rounded([(160, 332), (310, 330), (316, 396), (170, 402), (146, 372)])
    pen.fill(SKIN, [*star, (316, 396), (190, 396)], muzzle, oval(324, 318, 17, 19))
    pen.arc((314, 308, 332, 328), 130, 350, 4)
    eyes(pen, pose, lashes=True)
    mouth(pen, pose, 212, 366, 48)
    for i in range(8):
        x = 192 + i * 15
        pen.fill(WHITE, oval(x, 424 + 14 * math.sin(math.pi * i / 7), 10, 10))
    return pen.image


def marge(pose: Pose) -> Image.Image:
    pen = Pen()
    dress = [(140, 190, 70), (120, 180, 80), (210, 80, 90), (170, 130, 200)][pose.outfit]
    side = [(10 * (i % 2), 300 - i * 28) for i in range(10)]
    curls = [oval(182 + dx, y, 36, 30) for dx, y in side] + [oval(312 - dx, y, 36, 30) for dx, y in side]
    pen.fill(BLUE_HAIR, *curls, rounded([(176, 330), (168, 40), (247, 6), (326, 40), (320, 330)], 2))
    legs(pen, 690, SKIN, (180, 40, 40), 30)
    neck(pen)
    arms(pen, pose, (190, 462), None, 28)
    pen.fill(dress, rounded([(186, 450), (300, 450), (286, 560), (322, 712), (164, 712), (200, 560)], 2))
    muzzle = rounded([(158, 332), (308, 330), (312, 398), (170, 402), (144, 372)])
    pen.fill(SKIN, oval(244, 284, 90, 84), muzzle, oval(330, 318, 17, 19))
    pen.fill(BLUE_HAIR, *[oval(170 + i * 26, 204 + abs(i - 3) * 6, 24, 18) for i in range(7)], outline=False)
    pen.arc((320, 308, 338, 328), 130, 350, 4)
    eyes(pen, pose, lashes=True)
    mouth(pen, pose, 212, 366, 48)
    for i in range(6):
        pen.fill((214, 40, 40), oval(200 + i * 18, 424 + 15 * math.sin(math.pi * i / 5), 12, 12))
    return pen.image


CHARACTERS: dict[str, Callable[[Pose], Image.Image]] = {
    "bart_simpson": bart,
    "homer_simpson": homer,
    "lisa_simpson": lisa,
    "marge_simpson": marge,
}
