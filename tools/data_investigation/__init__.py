"""The palette category Data Investigation."""

from engine.catalog import Category

CATEGORY = Category(title="Data Investigation", order=6, colour="#86b9b7", shape="magnifier")
