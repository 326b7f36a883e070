"""The server behind the canvas: HTTP on the loopback interface, for the one person who started it.

`flowrun serve` builds an application (`app`) over one folder (`folder`), lets nobody else in (`guard`), and answers
with what the engine knows: tools (`tools`), files (`files`), workflows (`workflows`, `checks`, `journal`), runs in
child processes (`live`, `child`, `history`, `runs`) and what they left (`records`, `pictures`).
"""
