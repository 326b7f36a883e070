"""Every problem at once, each at its line, with a way out."""

from __future__ import annotations

import pytest

from tests.engine.tiny import check_tiny


def problems(text: str) -> list[str]:
    return [f"{p.line}: {p.node or '-'}: {p.message} {p.hint}".strip() for p in check_tiny(text).problems]


def test_a_sound_workflow_has_none_and_knows_its_fields() -> None:
    checked = check_tiny("""\
        nodes: {a: {tool: Numbers}, b: {tool: Pass}}
        connections: [a -> b]
    """)
    assert checked.problems == []
    schema = checked.outputs["b"]["out"]
    assert schema is not None
    assert schema.names == ["n"]


def test_all_problems_come_together() -> None:
    assert problems("""\
        nodes:
          a: {tool: Numbers, cuont: 3}
          b:
            tool: Pas
          c:
            tool: Numbers
            count: many
          d: {tool: Keep}
        connections:
          - a -> x
          - a.T -> d
          - a to b
    """) == [
        "2: a: Unknown setting 'cuont'. Did you mean 'count'?",
        "4: b: There is no tool 'Pas'. Did you mean 'Pass'?",
        "7: c: count: Input should be a whole number, not 'many'.",
        "8: d: No input is connected.",
        "10: -: There is no node 'x'; there are a, b, c, d.",
        "11: -: a (Numbers) has no output 'T'; it has out.",
        "12: -: 'a to b' is not a connection. Write 'from -> to', with anchors where there are several: "
        "'samples.E -> recognise.T'.",
    ]


def test_a_tool_may_warn_of_what_enters_it() -> None:
    checked = check_tiny("""\
        nodes: {a: {tool: Numbers}, b: {tool: Late}, sure: {tool: Doubt}, unsure: {tool: Doubt}}
        connections: [a -> sure, a -> b, b -> unsure]
    """)
    assert [(p.node, p.level, p.message, p.hint, p.setting) for p in checked.problems] == [
        ("sure", "warning", "Who knows what n is?", "Look.", "field")
    ]
    assert not checked.errors


def test_a_constant_that_is_misspelt_is_spoken_of() -> None:
    checked = check_tiny('{constants: {many: 3}, nodes: {a: {tool: Numbers, count: "%mny%"}}}')
    assert [(problem.level, str(problem)) for problem in checked.problems] == [
        ("warning", "a (Numbers), line 1: There is no constant 'mny'. Did you mean 'many'?"),
        ("error", "a (Numbers), line 1: count: Input should be a whole number, not '%mny%'."),
    ]


def test_a_cycle_is_named_node_by_node() -> None:
    assert problems("""\
        nodes: {a: {tool: Pass}, b: {tool: Pass}, c: {tool: Pass}}
        connections:
          - a -> b
          - b -> c
          - c -> a
    """) == ["5: a: The connections form a cycle: a -> b -> c -> a. Remove one of them."]


def test_anchors_must_be_said_where_there_are_several() -> None:
    assert problems("""\
        nodes: {a: {tool: Numbers}, s: {tool: OddEven}, b: {tool: Both}}
        connections:
          - a -> s
          - s -> b.a
          - s.even -> b.c
    """) == [
        "1: b: The input a needs a connection.",
        "1: b: The input b needs a connection.",
        "4: -: s (OddEven) has the outputs odd, even. Say which: s.odd.",
        "5: -: b (Both) has no input 'c'; it has a, b.",
    ]


def test_one_wire_into_a_single_anchor() -> None:
    assert problems("""\
        nodes: {a: {tool: Numbers}, b: {tool: Numbers}, c: {tool: Keep}}
        connections:
          - a -> c
          - b -> c
    """) == ["4: -: c.in takes one wire, and a is connected to it already. Put a Union between, or remove one."]


def test_a_tool_without_that_side() -> None:
    assert problems("""\
        nodes: {a: {tool: Numbers}, c: {tool: Keep}}
        connections:
          - c -> a
    """)[-1].startswith("3: -: c (Keep) has no output.")


def test_a_missing_field_is_found_behind_other_tools() -> None:
    assert problems("""\
        nodes:
          a: {tool: Numbers}
          p: {tool: Pass}
          b: {tool: Need, field: m}
          c: {tool: Keep}
        connections: [a -> p, p -> b, b -> c]
    """) == ["4: b: No field [m]; the input has n."]


def test_fields_that_only_the_run_tells_are_no_problem() -> None:
    checked = check_tiny("""\
        nodes: {a: {tool: Numbers}, late: {tool: Late}, b: {tool: Need, field: late}, c: {tool: Keep}}
        connections: [a -> late, late -> b, b -> c]
    """)
    assert checked.problems == []
    assert checked.outputs.get("b") is None


def test_what_is_cut_off_is_not_checked() -> None:
    checked = check_tiny("""\
        nodes: {a: {tool: Numbers}, b: {tool: Need, field: x}, c: {tool: Keep}}
        connections: [a -> b, b -> c]
        containers: {outer: {disabled: true}, box: {nodes: [b], inside: outer}}
    """)
    assert checked.problems == []
    assert checked.cut == {"b", "c"}


def test_until_looks_only_at_what_is_needed() -> None:
    text = """\
        nodes: {a: {tool: Numbers}, b: {tool: Pass}, bad: {tool: Need, field: x}}
        connections: [a -> b, b -> bad]
    """
    assert list(check_tiny(text, until="b").graph) == ["a", "b"]
    assert check_tiny(text, until="b").problems == []
    with pytest.raises(Exception, match="There is no node 'z'"):
        check_tiny(text, until="z")


@pytest.mark.parametrize(
    ("containers", "message"),
    [
        ("{box: {nodes: [zz]}}", "There is no 'zz'."),
        ("{box: {nodez: [a]}}", "Unknown key 'nodez'. Did you mean 'nodes'?"),
        ("{box: {inside: nowhere}}", "There is no 'nowhere'."),
    ],
)
def test_containers(containers: str, message: str) -> None:
    found = problems(f"nodes: {{a: {{tool: Numbers}}}}\ncontainers: {containers}\n")
    assert len(found) == 1
    assert message in found[0]
