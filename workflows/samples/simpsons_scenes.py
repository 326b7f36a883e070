"""Where the characters of the sample pictures stand: a function a scene, from a generator and a size."""

from __future__ import annotations

import random

from PIL import Image, ImageDraw
from simpsons_characters import BEARD, BLUE_HAIR, INK, SKIN, WHITE, Colour


def colour(rng: random.Random, low: int = 60, high: int = 235) -> Colour:
    return rng.randint(low, high), rng.randint(low, high), rng.randint(low, high)


def ramp(size: tuple[int, int], top: Colour, bottom: Colour) -> Image.Image:
    column = Image.linear_gradient("L").resize(size)
    return Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), column)


def room(rng: random.Random, size: tuple[int, int]) -> Image.Image:
    """A wall with a picture, a floor, and a sofa."""
    w, h = size
    image = ramp(size, colour(rng, 120), colour(rng, 120))
    draw = ImageDraw.Draw(image)
    floor = h * rng.uniform(0.6, 0.85)
    draw.rectangle((0, floor, w, h), fill=colour(rng, 70, 180))
    x, y = w * rng.uniform(-0.1, 0.8), h * rng.uniform(0.02, 0.2)
    draw.rectangle((x, y, x + w * 0.28, y + h * 0.22), fill=colour(rng), outline=INK, width=6)
    x, back = w * rng.uniform(-0.3, 0.6), colour(rng, 60, 200)
    draw.rounded_rectangle((x, floor - h * 0.22, x + w * 0.6, floor + h * 0.1), 30, fill=back, outline=INK, width=5)
    draw.line((x + w * 0.3, floor - h * 0.22, x + w * 0.3, floor), fill=INK, width=4)
    return image


def kitchen(rng: random.Random, size: tuple[int, int]) -> Image.Image:
    """Cupboards above tiles."""
    w, h = size
    image = Image.new("RGB", size, colour(rng, 150))
    draw = ImageDraw.Draw(image)
    one, other, side = colour(rng, 140), colour(rng, 140), w / rng.randint(5, 9)
    for row in range(int(h / side) + 1):
        for column in range(int(w / side) + 1):
            tile = (column * side, h * 0.35 + row * side)
            draw.rectangle((*tile, tile[0] + side, tile[1] + side), fill=one if (row + column) % 2 else other)
    door = colour(rng, 90)
    for column in range(4):
        draw.rectangle((column * w / 3 - 20, -9, (column + 1) * w / 3 - 20, h * 0.33), fill=door, outline=INK, width=5)
    return image


def street(rng: random.Random, size: tuple[int, int]) -> Image.Image:
    """Houses under a sky, a road in front."""
    w, h = size
    sky = rng.choice([(120, 190, 245), (250, 170, 110), (60, 70, 130), (180, 200, 215)])
    image = ramp(size, sky, (235, 240, 245))
    draw = ImageDraw.Draw(image)
    ground = h * rng.uniform(0.55, 0.75)
    for place in range(4):
        x, width, top = w * (place * 0.3 - 0.15), w * 0.27, ground - h * rng.uniform(0.15, 0.4)
        draw.rectangle((x, top, x + width, ground), fill=colour(rng, 110), outline=INK, width=5)
        roof = [(x - 12, top), (x + width / 2, top - h * 0.14), (x + width + 12, top)]
        draw.polygon(roof, fill=colour(rng, 70, 190), outline=INK, width=5)
        draw.rectangle((x + 20, top + 18, x + width / 2, top + 55), fill=(250, 240, 170), outline=INK, width=4)
    draw.rectangle((0, ground, w, h), fill=rng.choice([(100, 170, 70), (150, 150, 150), (90, 90, 100)]))
    return image


def park(rng: random.Random, size: tuple[int, int]) -> Image.Image:
    """Hills, trees and clouds."""
    w, h = size
    image = ramp(size, (110, 180, 245), (220, 235, 250))
    draw = ImageDraw.Draw(image)
    for _ in range(rng.randint(1, 4)):
        x, y = w * rng.random(), h * rng.uniform(0, 0.3)
        for puff in range(3):
            draw.ellipse((x + puff * 35, y, x + puff * 35 + 60, y + 38), fill=WHITE)
    for hill in range(3):
        x, top = w * rng.uniform(-0.3, 0.9), h * rng.uniform(0.45, 0.7)
        draw.ellipse((x - w * 0.5, top, x + w * 0.7, h * 1.6), fill=(70 + 20 * hill, rng.randint(130, 190), 60))
    for _ in range(rng.randint(1, 4)):
        x, top = w * rng.random(), h * rng.uniform(0.25, 0.5)
        draw.rectangle((x - 9, top, x + 9, top + h * 0.3), fill=(110, 75, 45), outline=INK, width=3)
        draw.ellipse((x - 55, top - 60, x + 55, top + 40), fill=(40, rng.randint(100, 160), 50), outline=INK, width=4)
    return image


def classroom(rng: random.Random, size: tuple[int, int]) -> Image.Image:
    """A board with writing on a wall."""
    w, h = size
    image = ramp(size, colour(rng, 150), colour(rng, 150))
    draw = ImageDraw.Draw(image)
    left, top = w * rng.uniform(-0.2, 0.2), h * rng.uniform(0.05, 0.2)
    board = (left, top, left + w * 0.95, top + h * 0.5)
    draw.rectangle(board, fill=(45, 95, 70), outline=(140, 95, 55), width=12)
    for row in range(rng.randint(2, 5)):
        y = top + 35 + row * 32
        scrawl = [(left + 30 + step * 12, y + rng.randint(-7, 7)) for step in range(rng.randint(8, 22))]
        draw.line(scrawl, fill=(225, 235, 225), width=4)
    return image


def clutter(rng: random.Random, size: tuple[int, int]) -> Image.Image:
    """Things in all colours, those of the four among them."""
    w, h = size
    image = ramp(size, colour(rng, 30), colour(rng, 30))
    draw = ImageDraw.Draw(image)
    for _ in range(rng.randint(6, 18)):
        x, y, rx, ry = w * rng.random(), h * rng.random(), w * rng.uniform(0.05, 0.2), h * rng.uniform(0.05, 0.2)
        fill = rng.choice([colour(rng, 0, 255), SKIN, BLUE_HAIR, BEARD, WHITE, (222, 52, 36), (140, 190, 70)])
        draw_it = rng.choice([draw.ellipse, draw.rectangle])
        draw_it((x - rx, y - ry, x + rx, y + ry), fill=fill, outline=INK, width=5)
    return image


def plain(rng: random.Random, size: tuple[int, int]) -> Image.Image:
    """Nothing but light."""
    return ramp(size, colour(rng, 20, 255), colour(rng, 20, 255))


SCENES = [room, kitchen, street, park, classroom, clutter, plain]
