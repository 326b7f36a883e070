"""The palette category Parse."""

from engine.catalog import Category

CATEGORY = Category(title="Parse", order=4, colour="#5e8c1f", shape="triangle")
