"""The scheduler: order, diamonds, early stop, failure, setting aside. Workflows are made of `tests.engine.tiny`."""

from __future__ import annotations

import time

import pyarrow as pa
import pytest

from engine import events
from engine.batches import MAX_BYTES, MAX_ROWS, parts
from engine.context import Resources
from engine.errors import Cancelled
from engine.scheduler import Scheduler
from tests.engine.tiny import Keep, Numbers, check_tiny, run_tiny


def test_a_line() -> None:
    ran = run_tiny("""
        nodes: {a: {tool: Numbers, count: 5}, b: {tool: Pass}, c: {tool: Keep}}
        connections: [a -> b, b -> c]
    """)
    assert ran.kept == {"c": [0, 1, 2, 3, 4]}
    assert set(ran.states.values()) == {"done"}
    assert ran.closed == {"c": False}


def test_a_diamond_keeps_order_and_needs_no_queue() -> None:
    ran = run_tiny("""
        nodes: {a: {tool: Numbers}, s: {tool: OddEven}, b: {tool: Both}, c: {tool: Keep}}
        connections: [a -> s, s.odd -> b.a, s.even -> b.b, b -> c]
    """)
    assert ran.kept == {"c": [1, 0, 3, 2, 5, 4, 7, 6, 9, 8]}
    # Batch by batch: nothing had to wait for the end of the stream.


def test_fan_out_feeds_everybody() -> None:
    ran = run_tiny("""
        nodes: {a: {tool: Numbers, count: 4}, b: {tool: Keep}, c: {tool: All}, d: {tool: Keep}}
        connections: [a -> b, a -> c, c -> d]
    """)
    assert ran.kept == {"b": [0, 1, 2, 3], "d": [0, 1, 2, 3]}


def test_several_wires_into_one_anchor_come_numbered() -> None:
    ran = run_tiny("""
        nodes:
          a: {tool: Numbers, count: 2}
          b: {tool: Numbers, count: 2, start: 10}
          m: {tool: Many}
          c: {tool: Keep}
        connections: [b -> m, a -> m, m -> c]
    """)
    assert sorted(ran.kept["c"]) == [0, 1, 10, 11]
    assert list(ran.scheduler.stations["m"].ports) == ["in#1", "in#2"] if ran.scheduler else False


def test_what_a_tool_wants_first_runs_first() -> None:
    ran = run_tiny("""
        nodes:
          data: {tool: Numbers, count: 4}
          model: {tool: Numbers, count: 2, start: 10}
          p: {tool: ModelFirst}
          c: {tool: Keep}
        connections: [data -> p.a, model -> p.b, p -> c]
    """)
    assert ran.kept == {"c": [10, 11, 0, 1, 2, 3]}


@pytest.mark.parametrize("memory", [1 << 20, 0], ids=["in memory", "on disk"])
def test_records_are_set_aside_where_one_source_feeds_both(memory: int) -> None:
    ran = run_tiny(
        """
        nodes: {a: {tool: Numbers}, s: {tool: OddEven}, p: {tool: ModelFirst}, c: {tool: Keep}}
        connections: [a -> s, s.odd -> p.a, s.even -> p.b, p -> c]
        """,
        memory=memory,
    )
    assert ran.kept == {"c": [0, 2, 4, 6, 8, 1, 3, 5, 7, 9]}


def test_early_stop_reaches_the_source() -> None:
    ran = run_tiny("""
        nodes: {a: {tool: Numbers, count: 1000000, start: 7}, p: {tool: Pass}, f: {tool: First}, c: {tool: Keep}}
        connections: [a -> p, p -> f, f -> c]
    """)
    assert ran.kept == {"c": [7, 8, 9]}
    assert Numbers.asked[7] < 50  # read a few batches ahead, and no more
    assert ran.states == {"a": "done", "p": "done", "f": "done", "c": "done"}


def test_a_slow_sink_holds_its_source_back(monkeypatch: pytest.MonkeyPatch) -> None:
    ahead: list[int] = []

    def write(_: Keep, batch: pa.RecordBatch) -> None:
        time.sleep(0.001)
        ahead.append((Numbers.asked[9] - batch["n"][0].as_py()) // 2)

    monkeypatch.setattr(Keep, "write", write)
    run_tiny("""
        nodes: {a: {tool: Numbers, count: 400, start: 9}, p: {tool: Pass}, c: {tool: Keep}}
        connections: [a -> p, p -> c]
    """)
    assert len(ahead) == 200
    assert max(ahead) <= 5  # batches of two: what is read ahead, and the one in each hand


def test_early_stop_leaves_others_their_records() -> None:
    ran = run_tiny("""
        nodes: {a: {tool: Numbers, count: 20}, f: {tool: First}, c: {tool: Keep}, d: {tool: Keep}}
        connections: [a -> f, f -> c, a -> d]
    """)
    assert ran.kept == {"c": [0, 1, 2], "d": list(range(20))}


def test_a_failing_tool_takes_its_dependents_and_nobody_else() -> None:
    ran = run_tiny("""
        nodes:
          a: {tool: Numbers}
          bad: {tool: Fail, at: 4}
          after: {tool: Keep}
          beside: {tool: Keep}
        connections: [a -> bad, bad -> after, a -> beside]
    """)
    assert ran.states == {"a": "done", "bad": "failed", "after": "skipped", "beside": "done"}
    assert ran.kept == {"beside": list(range(10))}
    assert ran.closed == {"after": True, "beside": False}
    errors = [e for e in ran.heard if isinstance(e, events.Message)]
    assert [(e.node, e.level, e.text, e.hint) for e in errors] == [("bad", "error", "There is a 4.", "Leave it out.")]


def test_stop_on_error_stops_all() -> None:
    ran = run_tiny("""
        runtime: {stop_on_error: true}
        nodes: {a: {tool: Numbers}, bad: {tool: Fail}, b: {tool: Keep}}
        connections: [a -> bad, a -> b]
    """)
    assert ran.states == {"a": "skipped", "bad": "failed", "b": "skipped"}
    assert ran.kept == {}


def test_nothing_begins_where_a_tool_cannot_open() -> None:
    ran = run_tiny("""
        nodes: {a: {tool: Numbers, start: 99}, bad: {tool: Fail, opening: true}, b: {tool: Keep}}
        connections: [a -> bad, a -> b]
    """)
    assert ran.states["bad"] == "failed"
    assert ran.kept == {}
    assert 99 not in Numbers.asked


def test_a_bug_in_a_tool_is_told_in_words_and_kept_for_the_engineer() -> None:
    ran = run_tiny("""
        nodes: {a: {tool: Numbers}, bad: {tool: Fail, crash: true}}
        connections: [a -> bad]
    """)
    assert ran.scheduler is not None
    station = ran.scheduler.stations["bad"]
    assert isinstance(station.error, KeyError)
    assert station.problem is not None
    assert station.problem.message == "The tool broke: KeyError: 'oops'."


def test_a_tool_that_emits_other_fields_than_it_declared_is_caught() -> None:
    ran = run_tiny("""
        nodes: {a: {tool: Numbers}, w: {tool: Wrong}, c: {tool: Keep}}
        connections: [a -> w, w -> c]
    """)
    assert ran.states == {"a": "done", "w": "failed", "c": "skipped"}


def test_fields_that_only_the_run_tells_reach_those_behind() -> None:
    ran = run_tiny("""
        nodes: {a: {tool: Numbers, count: 2}, late: {tool: Late}, p: {tool: Need, field: late}, c: {tool: Keep}}
        connections: [a -> late, late -> p, p -> c]
    """)
    assert ran.kept == {"c": [0, 1]}


def test_a_field_that_does_not_come_after_all_is_an_error_of_the_run() -> None:
    ran = run_tiny("""
        nodes: {a: {tool: Numbers}, late: {tool: Late}, p: {tool: Need, field: lade}, c: {tool: Keep}}
        connections: [a -> late, late -> p, p -> c]
    """)
    assert ran.states == {"a": "done", "late": "done", "p": "failed", "c": "skipped"}


def test_late_fields_without_any_record_are_a_failure_not_a_hang() -> None:
    ran = run_tiny("""
        nodes: {a: {tool: Numbers, count: 0}, late: {tool: Late}, c: {tool: Keep}}
        connections: [a -> late, late -> c]
    """)
    assert ran.states == {"a": "done", "late": "failed", "c": "skipped"}


def test_a_disabled_container_cuts_its_nodes_and_those_behind() -> None:
    ran = run_tiny("""
        nodes: {a: {tool: Numbers, count: 2}, b: {tool: Pass}, c: {tool: Keep}, d: {tool: Keep}}
        connections: [a -> b, b -> c, a -> d]
        containers: {box: {title: off, nodes: [b], disabled: true}}
    """)
    assert ran.states == {"a": "done", "d": "done"}


def test_counts_are_told() -> None:
    ran = run_tiny("nodes: {a: {tool: Numbers, count: 5}}")
    counts = [e for e in ran.heard if isinstance(e, events.Counts)]
    assert (counts[-1].node, counts[-1].anchor, counts[-1].records, counts[-1].bytes) == ("a", "out", 5, 20)


def test_large_batches_are_cut() -> None:
    long = pa.record_batch({"n": pa.array(range(2 * MAX_ROWS + 1))})
    assert [part.num_rows for part in parts(long)] == [43_691, 43_691, 43_691]
    wide = pa.record_batch({"b": [b"x" * (MAX_BYTES // 2)] * 3})
    assert [part.num_rows for part in parts(wide)] == [2, 1]
    huge = pa.record_batch({"b": [b"x" * (MAX_BYTES + 1)]})
    assert [part.num_rows for part in parts(huge)] == [1]


def test_many_tools_in_a_row_do_not_exhaust_the_stack() -> None:
    names = [f"p{index}" for index in range(1500)]
    nodes = "\n".join(f"  {name}: {{tool: Pass}}" for name in names)
    wires = "\n".join(f"  - {a} -> {b}" for a, b in zip(["a", *names], [*names, "z"], strict=False))
    ran = run_tiny(f"nodes:\n  a: {{tool: Numbers}}\n  z: {{tool: Keep}}\n{nodes}\nconnections:\n{wires}\n")
    assert ran.kept == {"z": list(range(10))}


def test_a_run_tells_of_what_a_tool_warns_of_once_its_fields_are_known() -> None:
    ran = run_tiny("""\
        nodes: {a: {tool: Numbers}, b: {tool: Late}, c: {tool: Doubt}}
        connections: [a -> b, b -> c]
    """)
    messages = [event for event in ran.heard if isinstance(event, events.Message)]
    assert [(said.node, said.level, said.text, said.hint) for said in messages] == [
        ("c", "warning", "Who knows what n is?", "Look.")
    ]


def test_what_goes_wrong_while_the_run_stops_is_no_failure() -> None:
    checked = check_tiny("""
        nodes: {a: {tool: Numbers}, b: {tool: Fail, at: 0}, c: {tool: Keep}}
        connections: [a -> b, b -> c]
    """)

    def stop_when_it_runs(stamped: events.Stamped) -> None:
        if isinstance(stamped.what, events.NodeState) and (stamped.what.node, stamped.what.state) == ("b", "running"):
            resources.cancelled.set()

    resources = Resources(events.EventStream(stop_when_it_runs))
    scheduler = Scheduler(checked, resources)
    with pytest.raises(Cancelled):
        scheduler.run()
    resources.close()
    assert {name: station.state for name, station in scheduler.stations.items()} == dict.fromkeys("abc", "skipped")
