"""Draw the sample pictures: four cartoon characters, a hundred pictures each, all of our own making.

    python workflows/samples/make_simpsons.py [FOLDER]

Everything is drawn with Pillow from a seeded generator, so running it again gives the same pictures. They are meant
to train on: poses, scenes, light, occluding things and other characters at the edges vary, so that colours alone do
not tell who it is.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter
from simpsons_characters import CHARACTERS, INK, SPRITE, WHITE, Point, Pose
from simpsons_scenes import SCENES, colour

PER_LABEL = 100
OVERSAMPLING = 3


def stand(canvas: Image.Image, sprite: Image.Image, rng: random.Random, height: float, eyes_at: Point) -> None:
    """Paste a character, tilted and perhaps mirrored, `height` canvas heights tall, its eyes at a place in 0..1."""
    scale = canvas.height * height / sprite.height
    if rng.random() < 0.5:
        sprite = sprite.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    stretch = rng.uniform(0.9, 1.1)
    sprite = sprite.resize((round(sprite.width * scale * stretch), round(sprite.height * scale)), Image.Resampling.BOX)
    x, y = sprite.width / 2, sprite.height * 265 / SPRITE[1]
    sprite = sprite.rotate(rng.gauss(0, 9), Image.Resampling.BICUBIC, center=(x, y))
    place = round(eyes_at[0] * canvas.width - x), round(eyes_at[1] * canvas.height - y)
    canvas.paste(sprite, place, sprite)


def cover(canvas: Image.Image, rng: random.Random) -> None:
    """Put something in front."""
    w, h = canvas.size
    draw = ImageDraw.Draw(canvas)
    fill, thing = colour(rng), rng.randrange(4)
    if thing == 0:  # a table
        draw.rectangle((-9, h * rng.uniform(0.7, 0.9), w + 9, h + 9), fill=fill, outline=INK, width=6)
    elif thing == 1:  # a post
        x = w * rng.uniform(0.1, 0.85)
        draw.rectangle((x, -9, x + w * rng.uniform(0.06, 0.14), h + 9), fill=fill, outline=INK, width=5)
    elif thing == 2:  # a ball
        x, y, r = w * rng.random(), h * rng.uniform(0.5, 1), w * rng.uniform(0.1, 0.24)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=fill, outline=INK, width=6)
    else:  # a shadow
        x, shade = w * rng.uniform(0.2, 0.8), Image.new("L", canvas.size, 255)
        ImageDraw.Draw(shade).polygon([(x, -9), (w * 2, -9), (w * 2, h + 9), (x - w * 0.3, h + 9)], fill=110)
        canvas.paste(ImageChops.multiply(canvas, shade.convert("RGB")))


def light(image: Image.Image, rng: random.Random) -> Image.Image:
    """Another colour of light, brightness and contrast; now and then dusk, or no colour at all."""
    tint = rng.choice([WHITE] * 5 + [(255, 222, 185), (190, 205, 255), (215, 255, 215), (255, 205, 220)])
    image = ImageChops.multiply(image, Image.new("RGB", image.size, tint))
    image = ImageEnhance.Color(image).enhance(0 if rng.random() < 0.07 else rng.uniform(0.7, 1.2))
    image = ImageEnhance.Contrast(image).enhance(rng.uniform(0.75, 1.2))
    dusk = rng.random() < 0.06
    return ImageEnhance.Brightness(image).enhance(rng.uniform(0.4, 0.6) if dusk else rng.uniform(0.9, 1.15))


def film(image: Image.Image, rng: random.Random) -> Image.Image:
    """A little blur and grain, often none."""
    if rng.random() < 0.25:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.2)))
    grain = Image.frombytes("L", image.size, rng.randbytes(image.width * image.height)).convert("RGB")
    return Image.blend(image, grain, rng.choice([0, 0, 0, 0.04, 0.08]))


def picture(label: str, number: int) -> Image.Image:
    """The picture with this number, always the same."""
    rng = random.Random(f"{label} {number}")  # noqa: S311 - drawing, no secret
    size = rng.randint(96, 160), rng.randint(96, 160)
    canvas = rng.choice(SCENES)(rng, (size[0] * OVERSAMPLING, size[1] * OVERSAMPLING))
    if rng.random() < 0.35:
        other = rng.choice([name for name in CHARACTERS if name != label])
        edge = rng.choice([-0.02, 1.02]), rng.uniform(0.3, 0.7)
        stand(canvas, CHARACTERS[other](Pose.any(rng)), rng, rng.uniform(0.8, 1.6), edge)
    height = rng.choice([rng.uniform(0.9, 1.2), rng.uniform(1.2, 1.8), rng.uniform(1.8, 2.6)])
    eyes_at = rng.uniform(0.25, 0.75), rng.uniform(0.3, 0.6)
    stand(canvas, CHARACTERS[label](Pose.any(rng)), rng, height, eyes_at)
    if rng.random() < 0.4:
        cover(canvas, rng)
    return film(light(canvas.resize(size, Image.Resampling.BOX), rng), rng)


def make(folder: Path) -> None:
    """Write all pictures, a folder a label."""
    for label in CHARACTERS:
        (folder / label).mkdir(parents=True, exist_ok=True)
        for number in range(PER_LABEL):
            picture(label, number).save(folder / label / f"{label}_{number:03}.jpg", quality=75, optimize=True)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "simpsons")
