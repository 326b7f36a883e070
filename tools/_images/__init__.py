"""What the tools for pictures share: `opening` (decode, size_of), `encoding`, `bad_images`, `steps`.

`opening` loads Pillow and NumPy: import it where the work begins, not at the top of a tool's file, so that checking a
workflow stays quick.
"""
