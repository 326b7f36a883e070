"""Results kept on disk, so that nothing is done again when nothing changed.

`.flowrun/cache/` beside the workflow, shared by command line and canvas and by all workflows of the folder:

    entries/<key>/     what a node sent and said, by content key (`entries`, `keys`, `plan`)
    memo.sqlite        small results of single records, as a scaled picture or its features (`memo`)
    memo.files/<key>   large ones, as the weights of a network (`large`)
    unfinished/<key>/  what a tool needs to go on where it was killed
    last/<name>.json   what each node of a workflow was made from when it last ran, to say what has changed (`reasons`)

Whatever goes wrong here costs time, never a result and never a run.
"""
