"""How tools of Alteryx become those of this folder; see `engine.alteryx`."""
