"""The palette category Preparation."""

from engine.catalog import Category

CATEGORY = Category(title="Preparation", order=2, colour="#165f98", shape="circle")
