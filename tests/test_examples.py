"""The example workflows do what the README says, from pictures to a confusion matrix."""

from __future__ import annotations

import json
import re
import runpy
import shutil
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import csv

from engine import cli
from engine.check import check
from engine.run import Run, RunResult
from engine.testing import run_tool, table
from engine.workflow import Workflow

ROOT = Path(__file__).resolve().parents[1]
LABELS = ["bart_simpson", "homer_simpson", "lisa_simpson", "marge_simpson"]


def execute(file: Path, *overrides: tuple[str, Any]) -> RunResult:
    checked = check(Workflow.load(file, overrides))
    assert not checked.errors
    result = Run(checked).execute()
    assert result.outcome == "done", result.problems
    return result


def kept(result: RunResult, node: str) -> pa.Table:
    (found,) = [each for each in result.results if each.node == node]
    with pa.OSFile(str(found.path)) as file:
        return pa.ipc.open_file(file).read_all()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The examples where their outputs do no harm."""
    folder = tmp_path_factory.mktemp("workflows")
    for file in (ROOT / "workflows").glob("*.yaml"):
        shutil.copy(file, folder)
    (folder / "samples").symlink_to(ROOT / "workflows" / "samples")
    return folder


@pytest.fixture(scope="module")
def trained(folder: Path) -> RunResult:
    return execute(folder / "simpsons.yaml", ("recognise.epochs", 4))


def test_training_writes_the_model_and_the_holdout(folder: Path, trained: RunResult) -> None:
    assert {Path(written.path).name: written.records for written in trained.files} == {
        "simpsons_model.yxdb": 1,
        "simpsons_holdout.yxdb": 40,
    }
    manifest = json.loads((trained.folder / "run.json").read_text())
    assert manifest["nodes"]["samples"]["records"] == {"E": 280, "V": 80, "H": 40}
    assert manifest["metrics"]["recognise"]["val_accuracy"] > 0.5  # chance is a quarter


def test_the_report_is_a_page_of_its_own(trained: RunResult) -> None:
    (report,) = [each.report for each in trained.results if each.node == "report"]
    assert report is not None
    page = report.read_text()
    assert all(label in page for label in LABELS)
    assert "<script" not in page
    assert not re.search(r"""(src|href)=["']https?:""", page)


def test_predicting_from_the_files(folder: Path, trained: RunResult) -> None:
    result = execute(folder / "simpsons_predict.yaml")
    predictions = kept(result, "predictions")
    assert predictions.num_rows == 40
    assert set(predictions["Class_Predicted"].to_pylist()) <= set(LABELS)
    matches = sum(predictions["Class Matches Prediction"].to_pylist())
    assert matches > 20
    counts = kept(result, "confusion_data").to_pylist()
    assert sum(row["Frequency"] for row in counts) == 40
    assert sum(row["Frequency"] for row in counts if row["Class_True"] == row["Class_Predicted"]) == matches


def test_comparing_models(folder: Path) -> None:
    few = (("quick.epochs", 1), ("thorough.epochs", 4), ("tiny.epochs", 1))
    result = execute(folder / "simpsons_compare.yaml", *few)
    rows = csv.read_csv(folder / "simpsons_comparison.csv").to_pylist()
    assert [row["pictures"] for row in rows] == [40] * 3
    assert [row["model"] for row in rows if row["best"]] == ["Compact, 4 epochs"]
    (report,) = [each.report for each in result.results if each.node == "report"]
    assert report is not None
    assert "Compact, 4 epochs is the most accurate" in report.read_text()


def test_the_holdout_is_the_same_every_time(folder: Path, trained: RunResult) -> None:
    before = (folder / "simpsons_holdout.yxdb").read_bytes()
    execute(folder / "simpsons.yaml", ("samples.seed", 2), ("recognise.epochs", 1))
    assert (folder / "simpsons_holdout.yxdb").read_bytes()[72:] == before[72:]  # bytes 68..71 hold the time


def test_the_best_customers_come_first_and_strangers_are_shown(folder: Path) -> None:
    result = execute(folder / "best_customers.yaml")
    ranking = kept(result, "ranking").to_pylist()
    assert [(row["Name"], row["Orders"], row["Spent"]) for row in ranking] == [
        ("Marge", 2, 390.0),
        ("Herb", 2, 162.5),
        ("Apu", 1, 64.9),
    ]
    assert kept(result, "unknown")["CustomerId"].to_pylist() == [9]


def test_a_messy_list_becomes_clean(folder: Path) -> None:
    result = execute(folder / "clean_customers.yaml")
    clean = kept(result, "clean").to_pylist()
    lines = (ROOT / "workflows/samples/shop/customer_list.csv").read_text("cp1252").splitlines()[3:]
    assert len(clean) + len(kept(result, "to_ask")) + len(kept(result, "repeats")) == len(lines)
    assert len({row["CustomerNo"] for row in clean}) == len(clean) == 115
    assert all(re.fullmatch(r"\S+@example\.org", row["Mail"]) and row["Mail"].islower() for row in clean)
    assert all(row["Name"] == " ".join(row["Name"].split()).title() for row in clean)
    assert [row["Turnover"] for row in clean] == sorted(
        (row["Turnover"] for row in clean), key=_null_last, reverse=True
    )
    by_number = {row["CustomerNo"]: row for row in clean}
    assert by_number["00013"]["Mail"] == "lea.eriksen13@example.org"  # the second entry had a usable one
    assert (str(by_number["00002"]["MemberSince"]), by_number["00002"]["Turnover"]) == ("2024-04-09", Decimal("175.76"))
    assert (by_number["00004"]["Zip"], by_number["00004"]["Town"]) == ("80331", "München")
    manifest = json.loads((result.folder / "run.json").read_text())
    told = [message["text"] for message in manifest["messages"] if message["level"] == "conversion_error"]
    assert len(told) == 5
    assert told[0] == "Record 1: 'unknown' does not fit the format, for [Member Since]."
    written = csv.read_csv(
        folder / "customers_clean.csv", convert_options=csv.ConvertOptions(column_types={"Zip": "string"})
    )
    assert written["Zip"].to_pylist() == [row["Zip"] for row in clean]


def _null_last(value: Decimal | None) -> Decimal:
    return Decimal(-1) if value is None else value


def test_the_sales_report_adds_up(folder: Path) -> None:
    shop = ROOT / "workflows/samples/shop"
    result = execute(folder / "sales_report.yaml")
    products = {row["Id"]: row for row in csv.read_csv(shop / "products.csv").to_pylist()}
    orders = csv.read_csv(shop / "orders.csv").to_pylist()
    known = [order for order in orders if order["ProductId"] in products]
    cells: Counter[tuple[str, str]] = Counter()
    of_product: Counter[str] = Counter()
    for order in known:
        product = products[order["ProductId"]]
        cents = round(100 * product["Price"]) * order["Quantity"]
        cells[order["Region"], product["Category"]] += cents
        of_product[product["Product"]] += cents
    total = sum(of_product.values())
    best = [(row["Product"], int(100 * row["Sales"]), row["Share"]) for row in kept(result, "best").to_pylist()]
    assert best == [(name, cents, round(100 * cents / total, 1)) for name, cents in of_product.most_common()]
    regions = kept(result, "regions").to_pylist()
    got = {(row["Region"], name): int(100 * row[name]) for row in regions for name in row if name != "Region"}
    for (_, category), cents in list(cells.items()):
        cells["Total", category] += cents
    assert got == cells
    assert int(100 * kept(result, "months")["RunTot_Sales"][-1].as_py()) == total
    assert len(kept(result, "delisted")) == len(orders) - len(known) > 0


def test_folders_become_labels(folder: Path) -> None:
    result = execute(folder / "labels_from_folders.yaml")
    balance = kept(result, "balance").to_pylist()
    assert [(row["Class"], row["Pictures"], row["Share"], row["Enough"]) for row in balance] == [
        (label, 100, 25.0, True) for label in LABELS
    ]
    assert [row["Class"] for row in kept(result, "look").to_pylist()] == [label for label in LABELS for _ in range(3)]
    written = csv.read_csv(folder / "picture_labels.csv").to_pylist()
    assert len(written) == 400
    assert all(row["FileName"].startswith(row["Class"]) for row in written)


def test_the_sample_tables_are_those_that_their_script_makes(tmp_path: Path) -> None:
    samples = ROOT / "workflows" / "samples"
    runpy.run_path(str(samples / "make_tables.py"))["main"](tmp_path)
    for file in (samples / "shop").iterdir():
        assert (tmp_path / file.name).read_bytes() == file.read_bytes()


def test_the_tool_of_the_readme_works(tmp_path: Path) -> None:
    code = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert code
    (tmp_path / "shout.py").write_text(code[1])
    names = runpy.run_path(str(tmp_path / "shout.py"))
    assert run_tool(names["Shout"], {"field": "name"}, table("name: V_WString", ["d'oh"])).rows() == [{"name": "D'OH"}]


def test_the_workflow_of_the_readme_is_the_one_that_new_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = re.search(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert shown
    monkeypatch.setattr("sys.argv", ["flowrun", "new", str(tmp_path / "hello.yaml")])
    finish: Callable[[], None] = cli.main
    with pytest.raises(SystemExit):
        finish()
    written = Workflow.load(tmp_path / "hello.yaml").document
    readme = Workflow.parse(shown[1]).document
    assert (readme.name, readme.nodes, readme.connections) == (written.name, written.nodes, written.connections)


@pytest.mark.parametrize("file", sorted((ROOT / "workflows").glob("*.yaml")), ids=lambda file: file.name)
def test_every_example_has_its_layout(file: Path) -> None:
    document = Workflow.load(file).document
    assert set(document.nodes) | set(document.comments) == set(document.layout)
    assert set(document.nodes) == {node for container in document.containers.values() for node in container.nodes}
