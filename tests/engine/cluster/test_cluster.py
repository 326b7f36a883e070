"""The same run on a real Ray cluster of two machines and here: records, files, messages and errors are the same."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import events
from engine.errors import WorkflowError
from tests.engine.cluster.machines import Ran, machines, workers_of

pytestmark = pytest.mark.ray
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    pytest.importorskip("ray")
    with machines() as cluster:
        yield cluster


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The examples where their outputs do no harm."""
    for file in (ROOT / "workflows").glob("*.yaml"):
        shutil.copy(file, tmp_path)
    (tmp_path / "samples").symlink_to(ROOT / "workflows" / "samples")
    return tmp_path


def written(home: Path, name: str, text: str) -> Path:
    file = home / f"{name}.yaml"
    file.write_text(f"flowrun: 1\nname: {name}\n{text}")
    return file


def assert_same(here: Ran, there: Ran, but: str = "") -> None:
    """Whatever can be told apart but the times; of `but` only the messages, as it was stopped early."""
    assert there.result.outcome == here.result.outcome, there.result.problems
    assert there.result.problems == here.result.problems
    for found, expected in ((there.records, here.records), (there.digests, here.digests)):
        assert {node: of for node, of in found.items() if node != but} == {
            node: of for node, of in expected.items() if node != but
        }
    assert all(digest for node in there.digests.values() for digest in node.values())
    assert sorted(message for message in there.said() if "works as a whole" not in message[2]) == sorted(here.said())
    files = [[(Path(file["path"]).name, file["records"]) for file in ran.manifest["files"]] for ran in (here, there)]
    assert files[0] == files[1]


def test_the_example_workflows(cluster: Any, home: Path) -> None:
    few: dict[str, Any] = {"recognise__epochs": 2}
    here = Ran(home / "simpsons.yaml", **few).execute()
    models = {name: (home / name).read_bytes() for name in ("simpsons_model.yxdb", "simpsons_holdout.yxdb")}
    there = Ran(home / "simpsons.yaml", on="ray", **few).execute()
    assert_same(here, there)
    assert there.manifest["metrics"] == here.manifest["metrics"]
    assert len((home / "simpsons_model.yxdb").read_bytes()) == len(models["simpsons_model.yxdb"])
    assert (home / "simpsons_holdout.yxdb").read_bytes()[72:] == models["simpsons_holdout.yxdb"][72:]  # but the time
    assert there.told()[0] == (
        "On 2 workers with 2 cores on 2 machines: cleanup -> select -> load -> scale; recognise."
    )
    assert any("works as a whole, on one worker of the cluster" in text for _, _, text in there.said("recognise"))
    assert [what.epoch for what in there.heard if isinstance(what, events.Epoch)] == [1, 2]

    here, there = (Ran(home / "simpsons_predict.yaml", on=on).execute() for on in ("", "ray"))
    assert_same(here, there)


MESSY = """
nodes:
  numbers: {tool: Input, path: numbers.csv}
  texts:
    tool: Formula
    fields:
      - {field: value, type: Int32, expression: "ToNumber([text])"}
      - {field: short, type: V_WString, size: 4, expression: "[text]"}
  some: {tool: Filter, expression: "[n] > 500"}
  words: {tool: TextToColumns, field: text, delimiters: "-", columns: 2, extra: warn}
  bits:
    tool: Regex
    field: text
    method: parse
    expression: '(\\d+)-(\\d+)'
    fields: [{name: a, type: Byte}, {name: b, type: Int32}]
  rest: {tool: Select, fields: [{field: text, type: Int16, rename: number}]}
  numbered: {tool: RecordID}
  first: {tool: Sample, mode: first, n: 700}
  sorted: {tool: Sort, by: [{field: b, order: descending}]}
  sums: {tool: Summarize, actions: [{field: short, action: GroupBy}, {field: n, action: Sum}]}
  joined: {tool: Join, by: [{left: short, right: short}]}
  seen: {tool: Browse}
connections:
  - numbers -> texts
  - texts -> some
  - some.T -> words
  - words -> bits
  - some.F -> rest
  - bits -> numbered
  - numbered -> first
  - bits -> sorted
  - texts -> sums
  - sorted -> joined.L
  - sums -> joined.R
  - joined.J -> seen
"""


def numbers(home: Path, count: int) -> None:
    chance = random.Random(1)
    texts = (f"{chance.randrange(400)}-{n}" + "-x" * (n % 3) if n % 7 else str(n * 9) for n in range(count))
    (home / "numbers.csv").write_text("n,text\n" + "".join(f"{n},{text}\n" for n, text in enumerate(texts)))


def test_data_with_much_to_say(cluster: Any, home: Path) -> None:
    numbers(home, 20_000)
    here, there = (Ran(written(home, "messy", MESSY), on=on).execute() for on in ("", "ray"))
    assert_same(here, there, but="numbered")
    levels = {level for _, level, _ in there.said()}
    assert levels == {"conversion_error", "warning"}
    assert here.records["first"] == {"out": 700}


@pytest.mark.parametrize(
    ("nodes", "says"),
    [
        ("check: {tool: Regex, field: text, method: match, expression: '.*-.*', on_mismatch: error}", "Record 6,001:"),
        ("check: {tool: Formula, fields: [{field: x, expression: 'Nothing([n])'}]}", ""),
    ],
)
def test_an_error_names_node_and_record(cluster: Any, home: Path, nodes: str, says: str) -> None:
    lines = "".join(f"{n},{n if n == 6_000 else '1-2'}\n" for n in range(9_000))
    (home / "numbers.csv").write_text("n,text\n" + lines)
    text = f"""
nodes:
  numbers: {{tool: Input, path: numbers.csv}}
  plus: {{tool: Formula, fields: [{{field: n, expression: "[n] + 1"}}]}}
  {nodes}
  seen: {{tool: Browse}}
connections: [numbers -> plus, plus -> check, check -> seen]
"""
    file = written(home, "wrong", text)
    if not says:  # found before anything runs, on whatever machine
        with pytest.raises(AssertionError, match="Nothing"):
            Ran(file)
        return
    here, there = (Ran(file, on=on).execute() for on in ("", "ray"))
    assert there.result.outcome == "failed"
    (problem,) = there.result.problems
    assert problem == here.result.problems[0]
    assert problem.node == "check"
    assert problem.message.startswith(says)


PICTURES = """
nodes:
  images: {tool: Directory, path: pictures, pattern: "*.jpg"}
  load: {tool: ImageInput, field: FullPath, on_bad_image: skip}
  profile: {tool: ImageProfile}
  scale: {tool: ImageProcessing, steps: [{step: scale, width: 640, height: 640, method: lanczos}], on_bad_image: skip}
  numbered: {tool: RecordID}
connections: [images -> load, load -> profile, profile -> scale, scale -> numbered]
"""


def pictures(home: Path, count: int) -> None:
    """Pictures, some of them damaged."""
    (home / "pictures").mkdir()
    sources = sorted((ROOT / "workflows" / "samples" / "simpsons").rglob("*.jpg"))
    for number in range(count):
        data = sources[number % len(sources)].read_bytes()
        path = home / "pictures" / f"{number:04}.jpg"
        path.write_bytes(b"" if number % 60 == 7 else data[: len(data) // 2] if number % 60 == 8 else data)


class AtRecords:
    """Does something once, when so many records have left a node."""

    def __init__(self, node: str, records: int, act: Callable[[], None]) -> None:
        self.node, self.records, self.act = node, records, act
        self.done = False

    def __call__(self, stamped: events.Stamped) -> None:
        what = stamped.what
        if self.done or not isinstance(what, events.Counts) or what.node != self.node:
            return
        if what.records >= self.records:
            self.done = True
            self.act()


def test_a_worker_is_killed_in_the_middle(cluster: Any, home: Path) -> None:
    pictures(home, 360)
    file = written(home, "pictures", PICTURES)
    here = Ran(file).execute()
    there = Ran(file, on="ray")
    killed: list[int] = []

    def kill() -> None:
        killed.append(workers_of(cluster)[0])
        os.kill(killed[0], signal.SIGKILL)

    there.run.listen(AtRecords("scale", 64, kill))
    assert_same(here, there.execute())
    assert killed
    assert [text for text in there.told() if "died" in text] == ["A worker died; another one does its work again."]


def test_a_machine_goes_in_the_middle_of_a_training(cluster: Any, home: Path) -> None:
    here = Ran(home / "simpsons.yaml", recognise__epochs=2).execute()
    extra = cluster.add_node(num_cpus=1, object_store_memory=200 << 20)
    cluster.wait_for_nodes()
    there = Ran(home / "simpsons.yaml", on="ray", recognise__epochs=2)
    there.run.listen(AtRecords("samples", 64, lambda: cluster.remove_node(extra, allow_graceful=False)))
    assert_same(here, there.execute())


def test_what_was_computed_here_is_known_there_and_the_other_way_round(cluster: Any, home: Path) -> None:
    Ran(home / "simpsons.yaml", cache=True, recognise__epochs=1).execute()
    first = Ran(home / "simpsons_predict.yaml", on="ray", cache=True).execute()
    assert first.manifest["nodes"]["predict"]["state"] == "done"
    again = Ran(home / "simpsons_predict.yaml", cache=True).execute()
    assert again.manifest["nodes"]["predict"]["state"] == "reused"
    assert again.digests["predict"] == first.digests["predict"]
    trained = Ran(home / "simpsons.yaml", on="ray", cache=True, recognise__epochs=1).execute()
    assert trained.manifest["nodes"]["recognise"]["state"] == "reused"


def test_a_cancelled_run_ends_soon(cluster: Any, home: Path) -> None:
    pictures(home, 360)
    there = Ran(written(home, "pictures", PICTURES), on="ray")
    asked: list[float] = []

    def cancel() -> None:
        asked.append(time.monotonic())
        there.run.cancel()

    there.run.listen(AtRecords("scale", 64, cancel))
    assert there.execute().result.outcome == "cancelled"
    while workers_of(cluster):
        assert time.monotonic() < asked[0] + 20
        time.sleep(0.1)
    assert there.records["scale"]["out"] < 300


def test_a_cluster_that_is_not_there(home: Path) -> None:
    for address, says in (("spark", "names no cluster"), ("ray://localhost:1", "No Ray cluster answers")):
        with pytest.raises(WorkflowError, match=says):
            Ran(home / "best_customers.yaml", on=address)
