"""The same run on many machines: stateless tools work on the workers of a Ray cluster, the rest here.

The scheduler stays the one that moves records and counts them. Neighbouring stateless tools are a `Line`: its batches
go to workers in blocks, and what the tools did there comes back in order (`recording`) and is done again here, batch by
batch, by stand-ins in the tools' places (`stand_ins`). So counts, messages, errors, previews and digests come about as
in any run. `placing` decides what goes where, `runner` is what runs on a worker.

A line is a step of Ray Data's `map_batches` over an ordered pool of actors (`dataset`), and so is a network whose
features a training learns from. Ray Data places the workers, hands out the work, keeps its order, and does again what a
worker or a machine that died has lost. Two things are ours. A dataset begins with a reading task on the cluster, a line
in the middle of a graph, with batches that the scheduler has here: so the dataset is one of numbers, and the blocks lie
on a `shelf`, where a number that is worked on a second time finds its block again. And Ray's clients (`ray://`) cannot
run datasets: so an actor beside the run does (`lane`), which spares this process Ray Data and its pandas, too.

A training that cannot be spread is one task of Ray's, with retries (`away` here, `alone` there). Data-parallel training
through Ray Train would stand in its place.

Not by Ray Data's operators: Sort, Join, Summarize, Union and all else that needs every record, or their order. As of
2.60 its sort puts nulls and NaN last in both directions and knows no collation; its groups and joins come in an order
that changes from run to run, and decimals add up in that order; its join wants another library, and its union in order
would bring the records here as well. DuckDB does all of them on this machine, out of core, and the run says so.

Nothing but `connection`, `places`, `workers`, `calls`, `away` and what runs on the
cluster knows of Ray.
"""
