"""Texts as others hand them over."""

from __future__ import annotations


def storable(text: str) -> str:
    r"""The text with '?' for each half character (`\ud800`): JSON and picture files can hold one, no text field can."""
    return text.encode(errors="replace").decode()
