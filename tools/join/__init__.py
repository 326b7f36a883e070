"""The palette category Join."""

from engine.catalog import Category

CATEGORY = Category(title="Join", order=3, colour="#7a3e97", shape="hexagon")
