"""Every public function of the reports: tables, figures, derivations, experiments as reported.

Tests that import it are skipped where an extra is missing: its rows need them all.
"""

import io
import json
from fractions import Fraction
from functools import cache

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="rows need the extra `baselines`")
pytest.importorskip("ipywidgets", reason="rows need the extra `notebooks`")
pytest.importorskip("distributed", reason="rows need the extra `sweep`")

from experiment_rows import CIRCLES, CLASSES, FORMS, LABELS, RECORD, SAMPLES, SENSING, SPARSE
from matplotlib.figure import Figure
from rich.console import Console
from rows import Row, held
from sweep_rows import folder
from theory_rows import cheap

from stairwise.numerics.boxes import box
from stairwise.numerics.certificate import Job, prove_boxes
from stairwise.numerics.experiments import (
    comparison,
    concurrence,
    convolution,
    diagonal,
    matrix_sensing,
    pursuit,
    quadratic,
)
from stairwise.numerics.implicit_bias import regimes
from stairwise.numerics.margins import Claim
from stairwise.reports import (
    boxes,
    checks,
    derive,
    effective_rank,
    evidence,
    experiment_agreement,
    experiment_convolution,
    experiment_depths,
    experiment_diagonal,
    experiment_linear,
    experiment_matrix_sensing,
    experiment_output,
    experiment_pursuit,
    experiment_quadratic,
    experiment_regimes,
    experiment_runs,
    experiment_summaries,
    explore,
    figures,
    files,
    grids,
    latex,
    latex_lines,
    latex_maths,
    latex_tokens,
    law_tables,
    machine_tables,
    markdown,
    names,
    notebooks,
    pair,
    printing,
    progress,
    style,
    sweep_cli,
    tables,
    terminal,
    typed_chain,
    verify,
)
from stairwise.reports import written as as_written
from stairwise.reports.figures import (
    bounds,
    critical_ratio,
    depth_law,
    descent,
    dynamics,
    law_crossover,
    learning_times,
    paper,
    phase,
    phase_store,
)
from stairwise.theory import statement as statements
from stairwise.theory.catalogue import statement
from stairwise.theory.symbols import r, s, x

SMALL = {"depths": (2,), "scale": 1e-2, "steps": 40, "record_every": 10}
PAIR = pair.Pair(2.0, 2.0, -3.0, 0.1, 0.9)
SUM = 1 / (x + r) + s * (r + x) ** 3 + 2 * r + x


def toy():
    return statement("toy-flow")


def short():
    """A statement of one cheap case, for what proves all that it is given."""
    whole = toy()
    return statements.Statement(whole.id, whole.title, whole.setting, whole.source,
                                ("closed-form",), (cheap(),))  # fmt: skip


@cache
def report():
    """A report on one case, without its seconds."""
    found = verify.StatementReport("toy-flow", "title", "source", (), ())
    return verify.Report((found,), 0.0)


def table():
    return tables.bound_table(["2", "inf"], ["3"], ["0.1"], ["0.9"], rigorous=True)


def printed():
    console = Console(file=io.StringIO(), width=100)
    terminal.print_report(report(), console)
    return console.file.getvalue()


def canvas():
    """A figure with an axis, made as the package makes them."""
    with style.style():
        figure = Figure()
        return figure, figure.subplots()


def with_axes(draw):
    figure, axes = canvas()
    with style.style():
        draw(figure, axes)
    return figure


@cache
def samples():
    """A user's data in a file."""
    place = folder() / "data.npz"
    np.savez(place, inputs=SAMPLES, targets=LABELS, truth=np.array([2.0, -1.0, 0.0, 0.0]))
    return place


def plan(model):
    return experiment_linear.checked_plan(model, [2], "exponential", "descent", 0.1, 0.1, 40, 10)


def runs(model, problem):
    start = {2: model.initial(problem, 2, 1e-2)}
    return experiment_linear.train_depths(plan(model), problem, start, None)


def fixed_runs(model, problem):
    found = runs(model, problem)
    found.seconds = dict.fromkeys(found.seconds, 0.0)
    return found


@cache
def grid():
    return comparison.agreement([2], [2.0, 3.0], [1e-2], [40], size=2)


@cache
def cells():
    outcome = concurrence.Outcome(concurrence.Run(2, 2, 0.0, 0), 1.0, True, 1.0, True, 2, 0.1)
    return concurrence.summarise([outcome])


@cache
def limits():
    return regimes(SAMPLES[:2], np.ones(2), [1e-2, 1.0], [1, 2])


def sensing_run():
    start = matrix_sensing.initial(SENSING, 2, 1e-2, "identity")
    return matrix_sensing.descend(SENSING, start, 0.1, 20, record_every=5)


def written(outcome):
    """What a run wrote: names, the arrays' bytes by array, and the summary without its times."""
    found = {path.name for path in outcome.files}
    [packed] = [path for path in outcome.files if path.suffix == ".npz"]
    with np.load(packed) as arrays:
        kept = {name: arrays[name] for name in arrays.files if "seconds" not in name}
    pictures = [path.read_bytes() for path in outcome.files if path.suffix in (".pdf", ".png")]
    return found, kept, pictures, outcome.summary


def sensing(at):
    return experiment_matrix_sensing.run_matrix_sensing(
        at, size=3, samples=40, values=(2.0, 1.0), **SMALL
    )


def forms(at):
    given = {name: value for name, value in SMALL.items() if name != "depths"}
    return experiment_quadratic.run_quadratic(at, size=3, samples=40, values=(2.0, 1.0), **given)


def sides(at):
    return experiment_diagonal.run_diagonal(at, data=samples(), **SMALL)


def circles(at):
    return experiment_convolution.run_convolution(at, data=samples(), **SMALL)


@cache
def sparse():
    place = folder() / "sparse.npz"
    np.savez(place, inputs=SPARSE.inputs, targets=SPARSE.targets, truth=SPARSE.truth)
    return place


def picks(at):
    return experiment_pursuit.run_pursuit(at, data=sparse(), depths=(2,), seeds=0)


def agreeing(at):
    return experiment_agreement.run_agreement(
        at, depths=(2,), ratios=(2.0, 3.0), scales=(1e-2,), samples=(40,), seeds=1, size=2
    )


def crossing(at):
    return experiment_regimes.run_regimes(
        at, depths=(1, 2), scales=(1e-2, 1.0), samples=2, dimension=4, sparsity=1
    )


def steady(summary):
    """A summary with every time of running set to zero, so that its text is the same each time."""
    if isinstance(summary, dict):
        return {k: 0.0 if k == "seconds" else steady(v) for k, v in summary.items()}
    return [steady(item) for item in summary] if isinstance(summary, list) else summary


@cache
def summary_of(run):
    """What a run would write as JSON, made once."""
    place = folder() / run.__name__
    place.mkdir()
    return steady(experiment_output.plain(run(place).summary))


def told(run, summary):
    return lambda _: summary(summary_of(run))


def empty(outcome):
    return lambda _: outcome({})


def drawn_file(at):
    return [path.read_bytes() for path in figures.write_drawn("phase", canvas()[0], at)]


def figure_file(at):
    return [path.read_bytes() for path in figures.write_figure("learning-times", at)]


def whole(at):
    files.write_whole(at / "file", "text")
    return (at / "file").read_bytes(), oct((at / "file").stat().st_mode)


def moved():
    """What the explorer shows after a slider was moved."""
    shown = explore.explorer()
    shown.children[1].value = 4.0
    picture, verdict = shown.children[-1].value, shown.children[-2].value
    shown.close()
    return picture, verdict


def outcome(at):
    return experiment_output.write_outcome(at, "toy", {"a": 1.0}, {"b": np.ones(2)},
                                           canvas()[0], False)  # fmt: skip


def shown(bar):
    with bar() as show:
        show(*{"counting_bar": (1, 2), "cell_bar": (1, 2)}.get(bar.__name__, ("x", 1, 2)))


def from_store(at):
    return sweep_cli.draw_from_store(
        ("phase",), False, at, store=folder() / "store", x=None, y=None, variable=None, at=()
    )


def certificate(at):
    """One bound, proved."""
    region = box(("2", "60"), ("0.01", "0.249"), ("0.751", "0.99"))
    job = Job(Claim("separation-bounds", "upper"), Fraction(3), region)
    prove_boxes((job,), at / "proof.json", workers=1)
    return at / "proof.json"


REPORTS = [
    Row("boxes.print_boxes", lambda at: boxes.print_boxes(at / "proof.json", 1),
        lambda at: boxes.print_boxes(at, 1), slow=True),
    Row("boxes.print_replay", lambda at: boxes.print_replay(certificate(at)),
        lambda at: boxes.print_replay(at), Exception, slow=True),
    Row("checks.numerical_checks", lambda _: checks.numerical_checks(statement("chain")),
        lambda _: checks.numerical_checks(statements.Statement("?", "", "", "", (), ()))),
    Row("derive.derivation_latex", lambda _: derive.derivation_latex(short())),
    Row("derive.derivation_text", lambda _: derive.derivation_text(short(), residuals=True)),
    Row("derive.formula", lambda _: derive.formula(SUM)),
    Row("derive.positive", lambda _: str(derive.positive(x))),
    Row("derive.unshown", lambda _: str(derive.unshown(statements.Step("", x, positive=1 - x)))),
    Row("derive.obligation", lambda _: derive.obligation(statements.Step("", x), None)),
    Row("effective_rank.effective_rank", lambda _: effective_rank.effective_rank(np.ones(3))),
    Row("evidence.box_claims", lambda _: evidence.box_claims(statement("separation-bounds"))),
    Row("evidence.evidence_markdown", lambda _: evidence.evidence_markdown(toy())),
    Row("experiment_agreement.agreement_table",
        lambda _: experiment_agreement.agreement_table(grid())),
    Row("experiment_agreement.draw_agreement",
        lambda _: experiment_agreement.draw_agreement(grid())),
    Row("experiment_agreement.run_agreement", lambda at: written(agreeing(at)),
        lambda at: experiment_agreement.run_agreement(at, seeds=0)),
    Row("experiment_convolution.draw_convolution",
        lambda _: experiment_convolution.draw_convolution(
            CIRCLES, plan(convolution), runs(convolution, CIRCLES), None)),
    Row("experiment_convolution.effective_number",
        lambda _: experiment_convolution.effective_number(np.ones(3))),
    Row("experiment_convolution.run_convolution", lambda at: written(circles(at)),
        lambda at: experiment_convolution.run_convolution(at, depths=(0,))),
    Row("experiment_depths.arrays_of",
        lambda _: sorted(experiment_depths.arrays_of(CLASSES, runs(diagonal, CLASSES)))),
    Row("experiment_depths.checked_depths", lambda _: experiment_depths.checked_depths([2]),
        lambda _: experiment_depths.checked_depths([])),
    Row("experiment_depths.draw_key", lambda _: with_axes(
        lambda figure, _: experiment_depths.draw_key(figure, 4, "index", True, True))),
    Row("experiment_depths.draw_scores", lambda _: with_axes(
        lambda _, axes: experiment_depths.draw_scores(axes, {2: 0.5}, None, "score"))),
    Row("experiment_depths.draw_shares", lambda _: with_axes(
        lambda _, axes: experiment_depths.draw_shares(
            axes, np.arange(3.0), np.ones((3, 2)), [0], None))),
    Row("experiment_depths.read_data", lambda _: experiment_depths.read_data(samples()),
        lambda at: experiment_depths.read_data(at / "none.npz")),
    Row("experiment_diagonal.draw_diagonal", lambda _: experiment_diagonal.draw_diagonal(
        CLASSES, plan(diagonal), runs(diagonal, CLASSES), np.ones(4))),
    Row("experiment_diagonal.run_diagonal", lambda at: written(sides(at)),
        lambda at: experiment_diagonal.run_diagonal(at, depths=(0,))),
    Row("experiment_linear.Plan.in_steps",
        lambda _: plan(diagonal).in_steps(RECORD, 2)),
    Row("experiment_linear.Plan.unit", lambda _: plan(diagonal).unit(2)),
    Row("experiment_linear.baseline", lambda _: experiment_linear.baseline(CLASSES)),
    Row("experiment_linear.checked_plan", lambda _: plan(diagonal).goal,
        lambda _: experiment_linear.checked_plan(diagonal, [0], "?", "?", 0, 0, 0, 0)),
    Row("experiment_linear.cosine", lambda _: experiment_linear.cosine(CLASSES, np.ones(4))),
    Row("experiment_linear.run_summary", lambda _: experiment_linear.run_summary(
        plan(diagonal), runs(diagonal, CLASSES), 2)),
    Row("experiment_linear.shared_summary", lambda _: experiment_linear.shared_summary(
        plan(diagonal), CLASSES, runs(diagonal, CLASSES), None)),
    Row("experiment_linear.train_depths", lambda _: runs(diagonal, CLASSES).histories),
    Row("experiment_linear.write_runs", lambda at: written(experiment_linear.write_runs(
        at, {"experiment": "diagonal"}, CLASSES, fixed_runs(diagonal, CLASSES), canvas()[0]))),
    Row("experiment_matrix_sensing.draw_matrix_sensing",
        lambda _: experiment_matrix_sensing.draw_matrix_sensing(
            SENSING, {2: sensing_run()}, "descent", 0.1, 1e-2)),
    Row("experiment_matrix_sensing.in_steps",
        lambda _: experiment_matrix_sensing.in_steps(RECORD, 2, "flow", 0.1)),
    Row("experiment_matrix_sensing.run_matrix_sensing", lambda at: written(sensing(at)),
        lambda at: experiment_matrix_sensing.run_matrix_sensing(at, depths=(0,))),
    Row("experiment_output.outputs", lambda at: experiment_output.outputs(at, "toy")),
    Row("experiment_output.plain", lambda _: experiment_output.plain({"a": np.ones(2)})),
    Row("experiment_output.prepare", lambda at: experiment_output.prepare(at / "new"),
        lambda at: experiment_output.prepare(certificate(at))),
    Row("experiment_output.require_own", lambda at: experiment_output.require_own(at, "toy"),
        lambda at: (outcome(at), experiment_output.require_own(at, "toy"))),
    Row("experiment_output.write_outcome", lambda at: written(outcome(at)),
        lambda at: experiment_output.write_outcome(at, "toy", {}, {"b": [object()]}, None, False)),
    Row("experiment_pursuit.draw_pursuit", lambda _: experiment_pursuit.draw_pursuit(
        SPARSE, runs_of_pursuit(), [(0, 1)], cells())),
    Row("experiment_pursuit.run_pursuit", lambda at: written(picks(at)),
        lambda at: experiment_pursuit.run_pursuit(at, depths=(0,))),
    Row("experiment_quadratic.draw_quadratic", lambda _: experiment_quadratic.draw_quadratic(
        FORMS, {"without_bias": form_run()}, "descent", 0.1, 1e-2)),
    Row("experiment_quadratic.in_steps",
        lambda _: experiment_quadratic.in_steps(RECORD, "flow", 0.1)),
    Row("experiment_quadratic.run_quadratic", lambda at: written(forms(at)),
        lambda at: experiment_quadratic.run_quadratic(at, size=0)),
    Row("experiment_regimes.draw_regimes", lambda _: experiment_regimes.draw_regimes(limits())),
    Row("experiment_regimes.run_regimes", lambda at: written(crossing(at)),
        lambda at: experiment_regimes.run_regimes(at, scales=(-1.0,))),
    Row("experiment_runs.run_each",
        lambda _: experiment_runs.run_each([2], lambda _: RECORD).histories),
    *(Row(f"experiment_summaries.{name}_summary",
          told(run, getattr(experiment_summaries, f"{name}_summary")),
          empty(getattr(experiment_summaries, f"{name}_summary")), KeyError)
      for name, run in {"agreement": agreeing, "convolution": circles, "diagonal": sides,
                        "matrix_sensing": sensing, "pursuit": picks, "quadratic": forms,
                        "regimes": crossing}.items()),
    Row("explore.bounds_frame", lambda _: explore.bounds_frame([2], [2]).values,
        lambda _: explore.bounds_frame([0], [2])),
    Row("explore.derivation", lambda _: explore.derivation("toy-flow", "infinite depth").data,
        lambda _: explore.derivation("toy-flow", "?")),
    Row("explore.explorer", lambda _: moved()),
    Row("figures.bounds.bounds_figure", lambda _: bounds.bounds_figure()),
    Row("figures.check_name", lambda _: figures.check_name("phase"),
        lambda _: figures.check_name("?")),
    Row("figures.critical_ratio.critical_ratio_figure",
        lambda _: critical_ratio.critical_ratio_figure()),
    Row("figures.depth_law.depth_law", lambda _: depth_law(), slow=True),
    Row("figures.descent.descent", lambda _: descent(), slow=True),
    Row("figures.dynamics.dynamics", lambda _: dynamics()),
    Row("figures.law_crossover.law_crossover", lambda _: law_crossover()),
    Row("figures.learning_times.learning_times", lambda _: learning_times()),
    Row("figures.paper.paper", lambda _: paper(), slow=True),
    Row("figures.phase.phase", lambda _: phase()),
    Row("figures.phase_store.diagram_from_store",
        lambda _: phase_store.diagram_from_store(folder() / "store"),
        lambda _: phase_store.diagram_from_store(folder() / "store", "?")),
    Row("figures.phase_store.diagram_name",
        lambda at: phase_store.diagram_name(at / "a store.zarr", "safe")),
    Row("figures.phase_store.phase_from_store",
        lambda _: phase_store.phase_from_store(folder() / "store"),
        lambda _: phase_store.phase_from_store(folder() / "store", "?")),
    Row("figures.write_drawn", drawn_file,
        lambda at: figures.write_drawn("phase", canvas()[0], at / "none")),
    Row("figures.write_figure", figure_file, lambda at: figures.write_figure("?", at)),
    Row("files.make_folder", lambda at: files.make_folder(at / "new"),
        lambda at: files.make_folder(certificate(at))),
    Row("files.require_writable", lambda at: files.require_writable(at / "new"),
        lambda at: files.require_writable(at)),
    Row("files.write_whole", whole, lambda at: files.write_whole(at / "none" / "file", "text")),
    Row("grids.exact_grid", lambda _: grids.exact_grid("s", ["0.1"]),
        lambda _: grids.exact_grid("s", ["x"])),
    Row("grids.parse_grid", lambda _: grids.parse_grid("s", ["1:2:3log"]),
        lambda _: grids.parse_grid("s", ["x"])),
    Row("grids.parse_pair", lambda _: grids.parse_pair("s", "3:2"),
        lambda _: grids.parse_pair("s", "x")),
    Row("grids.whole_numbers", lambda _: grids.whole_numbers("s", ["1:3"]),
        lambda _: grids.whole_numbers("s", ["1.5"])),
    Row("latex.booktabs", lambda _: latex.booktabs(["$N$"], [["2"]])),
    Row("latex.latex_number", lambda _: latex.latex_number("1.9e-06")),
    Row("latex.latex_prose", lambda _: latex.latex_prose("σ* → ∞")),
    Row("latex_lines.display", lambda _: latex_lines.display(SUM, {}, 20)),
    Row("latex_lines.formula_lines", lambda _: latex_lines.formula_lines(SUM, {}, 20)),
    Row("latex_maths.prose_and_maths", lambda _: latex_maths.prose_and_maths("y*^{1−p} → ∞")),
    Row("latex_tokens.escaped", lambda _: latex_tokens.escaped("a_b")),
    Row("latex_tokens.pieces", lambda _: latex_tokens.pieces("y*^{1−p} → ∞", str)),
    Row("law_tables.LawTable.render",
        lambda _: law_tables.chain_table(np.array([3.0, 1.0])).render("latex"),
        lambda _: law_tables.chain_table(np.array([3.0, 1.0])).render("?")),
    Row("law_tables.chain_table", lambda _: law_tables.chain_table(np.array([3.0, 1.0])),
        lambda _: law_tables.chain_table(np.array([1.0, 3.0]))),
    Row("law_tables.recovered_law_table", lambda _: law_tables.recovered_law_table([3.0]),
        lambda _: law_tables.recovered_law_table([1.0])),
    Row("law_tables.tightness_table", lambda _: law_tables.tightness_table([2.0], [1.1, 2.0]),
        lambda _: law_tables.tightness_table([0.0])),
    Row("machine_tables.csv_text", lambda _: machine_tables.csv_text(["a"], [[0.1], [None]])),
    Row("machine_tables.json_text", lambda _: machine_tables.json_text(["a"], [[0.1], [None]])),
    Row("markdown.case_markdown", lambda _: markdown.case_markdown(cheap())),
    Row("markdown.prose", lambda _: markdown.prose("W_l and σ*")),
    Row("markdown.statement_markdown", lambda _: markdown.statement_markdown(short())),
    Row("names.listed", lambda _: names.listed("ID", names.STATEMENT_IDS)),
    Row("notebooks.put_notebooks", lambda at: notebooks.put_notebooks(at / "new"),
        lambda at: notebooks.put_notebooks(certificate(at))),
    Row("pair.PairFigure.png_of", lambda _: pair.PairFigure().png_of(PAIR),
        lambda _: pair.PairFigure().png_of(pair.Pair(0.0, 2.0, -3.0, 0.1, 0.9))),
    Row("printing.printing", lambda _: held(printing.printing())),
    Row("progress.cell_bar", lambda _: shown(progress.cell_bar)),
    Row("progress.counting_bar", lambda _: shown(progress.counting_bar)),
    Row("progress.progress_bar", lambda _: shown(progress.progress_bar)),
    Row("progress.training_bar", lambda _: shown(progress.training_bar)),
    Row("style.figure_bytes", lambda _: style.figure_bytes(canvas()[0], "png", 40),
        lambda _: style.figure_bytes(canvas()[0], "?")),
    Row("style.key", lambda _: with_axes(lambda figure, _: style.key(figure, "a", "b"))),
    Row("style.columns", lambda _: style.columns(canvas()[0], 3)),
    Row("style.label_lines", lambda _: with_axes(
        lambda _, axes: style.label_lines(axes, 1.0, [0.1, 0.2], ["a", "b"]))),
    Row("style.letter", lambda _: with_axes(lambda _, axes: style.letter(axes, "a  title"))),
    Row("style.note", lambda _: with_axes(lambda figure, _: style.note(figure, "a note"))),
    Row("style.number", lambda _: style.number(1e-5)),
    Row("style.spread", lambda _: style.spread([0.1, 0.2], 0.5)),
    Row("style.style", lambda _: held(style.style())),
    Row("sweep_cli.draw_from_store", from_store,
        lambda at: sweep_cli.draw_from_store(("phase",), False, at, store=at, x=None, y=None,
                                             variable=None, at=())),
    Row("sweep_cli.store_options", lambda _: sweep_cli.store_options(lambda: None)),
    Row("tables.bound_table", lambda _: table(),
        lambda _: tables.bound_table([0.5], [3.0], [0.1], [0.9])),
    Row("tables.frame", lambda _: {k: list(v) for k, v in tables.frame(table()).items()}),
    Row("tables.render", lambda _: [tables.render(table(), name) for name in tables.FORMATS],
        lambda _: tables.render(table(), "?")),
    Row("terminal.print_report", lambda _: printed()),
    Row("terminal.report_console", lambda _: terminal.report_console().width),
    Row("typed_chain.typed_log_thresholds",
        lambda _: typed_chain.typed_log_thresholds(3.0, ["1.00000000000000000001", "1"], 0.1, 0.9),
        lambda _: typed_chain.typed_log_thresholds(0.5, ["2", "1"], 0.1, 0.9)),
    Row("typed_chain.typed_targets", lambda _: typed_chain.typed_targets("3,1.5"),
        lambda _: typed_chain.typed_targets("1,2")),
    Row("verify.Report.as_json", lambda _: report().as_json()),
    Row("verify.report_case", lambda _: verify.report_case(cheap())),
    Row("verify.report_statement", lambda _: verify.report_statement(toy())),
    Row("verify.verify", lambda _: json.dumps(timeless(verify.verify(["chain"], 1).as_json())),
        lambda _: verify.verify(["?"]), slow=True),
    Row("written.exact", lambda _: as_written.exact("0.1"), lambda _: as_written.exact("x")),
    Row("written.excesses", lambda _: as_written.excesses(["1.1", 1.1]),
        lambda _: as_written.excesses(["x"])),
    Row("written.labels", lambda _: as_written.labels(["1.1", 1.1, 4 / 3]),
        lambda _: as_written.labels(["x"])),
    Row("written.losses", lambda _: as_written.losses([("3", "2", "0.1", "0.9999999999")]),
        lambda _: as_written.losses([("3", "2", "x", "0.9")])),
    Row("written.margins", lambda _: as_written.margins(["2.5"], ["0.6"]),
        lambda _: as_written.margins(["x"], ["0.6"])),
]  # fmt: skip


def form_run():
    return quadratic.descend(FORMS, quadratic.initial(FORMS, 2, 1e-2), 0.1, 20)


def runs_of_pursuit():
    start = pursuit.initial(SPARSE, 2, 1e-2)
    record = pursuit.flow(SPARSE, start, 1e3, pursuit.goal_loss(SPARSE, 2))
    return experiment_runs.run_each([2], lambda _: record)


def timeless(found):
    return steady(found)
