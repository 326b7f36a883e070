"""What the tools for pictures share: `encoding`, `bad_images`, `reading`, `steps`.

`engine.images` opens pictures. It loads Pillow and NumPy: import it where the work begins, not at the top of a tool's
file, so that checking a workflow stays quick.
"""
