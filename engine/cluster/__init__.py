"""The same run on many machines: stateless tools work on the workers of a Ray cluster, the rest here.

The scheduler stays the one that moves records and counts them. Neighbouring stateless tools are a `Line`: their batches
go to workers in blocks, and what the tools did there comes back in order (`recording`) and is done again here, batch by
batch, by stand-ins in the tools' places (`stand_ins`). So counts, messages, errors, previews and digests come about as
in any run. `placing` decides what goes where, `crew` keeps the workers busy and replaces those that die, `worker` and
`runner` are what runs there. Nothing but `connection` and `crew` knows of Ray.

Why a pool of Ray's actors and not Ray Data: its datasets begin with a reading task on the cluster, ours in the middle
of a graph, with batches that the scheduler has here; and a block that is kept here can be given to another worker, one
that a reading task took out of a queue before it died cannot.
"""
