"""The command line, as a user runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from stairwise.reports.verify import Report

TARGETS = "targets must be at least two positive finite numbers apart by commas, largest first"
FRACTIONS = "s and f must be such that 0 < s < f < 1 as float64"
ALMOST_1 = "0.99999999999999999999"
TABLE = ("table", "--depth", "2", "--ratio", "20")


def run(*arguments, cwd=None):
    command = [sys.executable, "-c", "from stairwise.reports.cli import main; main()", *arguments]
    environment = {**os.environ, "COLUMNS": "100"}
    return subprocess.run(
        command, capture_output=True, text=True, cwd=cwd, env=environment, timeout=120
    )


def test_table_goes_to_standard_output_alone():
    done = run(*TABLE, "--format", "csv")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0].startswith("depth,ratio,s,f,log10_threshold,")


def test_output_file_holds_what_would_be_printed(tmp_path):
    target = tmp_path / "table.md"
    done = run(*TABLE, "--format", "markdown", "--output", str(target))
    assert (done.returncode, done.stdout) == (0, "")
    assert target.read_text() == run(*TABLE, "--format", "markdown").stdout
    assert [path.name for path in tmp_path.iterdir()] == ["table.md"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("table", "--depth", "0.5", "--ratio", "2"),
            "depth must be a real number ≥ 1, or inf; got",
        ),
        (("table", "--depth", "2", "--ratio", "1"), "ratio must be a finite number > 1; got '1'"),
        (
            ("table", "--depth", "2", "--ratio", "0.99999999999999999999"),
            "ratio must be a finite number > 1; got '0.99999999999999999999'",
        ),
        (
            ("table", "--depth", "2", "--ratio", f"1.{'0' * 29}1", "--format", "csv", "--rigorous"),
            f"ratio must be at least 1 + 1e-25 for log10_threshold; got '1.{'0' * 29}1'",
        ),
        (
            ("chain", "--geometric", "3:1.00000000000000000001"),
            "geometric must be COUNT:RATIO with RATIO > 1 as a float; "
            "got '3:1.00000000000000000001'",
        ),
        (("table", "--depth", "2", "--ratio", "x"), "ratio must be a number, START:END"),
        ((*TABLE, "--s", "0.9", "--f", "0.1"), f"{FRACTIONS}; got s = '0.9', f = '0.1'"),
        ((*TABLE, "--s", "0"), f"{FRACTIONS}; got s = '0', f = '0.9'"),
        ((*TABLE, "--f", "1"), f"{FRACTIONS}; got s = '0.1', f = '1'"),
        ((*TABLE, "--f", ALMOST_1), f"{FRACTIONS}; got s = '0.1', f = '{ALMOST_1}'"),
        ((*TABLE, "--s", "nan"), f"{FRACTIONS}; got s = 'nan', f = '0.9'"),
        (("table", "--ratio", "2"), "Missing option '--depth'"),
        ((*TABLE, "--format", "pdf"), "Invalid value for '--format'"),
        ((*TABLE, "--output", "/no/such/folder/t.csv"), "output must be a writable file; got /no"),
        (("derive", "nothing"), "statement must be one of toy-flow"),
        (("verify", "nothing"), "statement must be one of toy-flow"),
        (("verify", "toy-flow", "--json", "/no/such/v.json"), "output must be a file in"),
        (("verify", "--workers", "0"), "Invalid value for '--workers'"),
        (("verify", "--thorough", "toy-flow"), "--thorough and --replay go alone"),
        (("verify", "--replay", "/no/such.json"), "Invalid value for '--replay'"),
        (("figure", "--output", "/tmp"), "name a figure, or --all: dynamics"),
        (("figure", "nothing", "--output", "/tmp"), "figure must be one of dynamics"),
        (("figure", "phase", "--output", "/dev/null/x"), "output must be a writable folder"),
        ((*TABLE, "--columns", "nothing"), "columns must be among depth, ratio"),
        ((*TABLE, "--digits", "0"), "Invalid value for '--digits'"),
        ((*TABLE, "--digits", "5"), "--digits is of the proved ends: give --rigorous too"),
        (("chain", "--targets", "3,4,12"), f"{TARGETS}; got '3,4,12'"),
        (
            ("chain", "--targets", "1,1.00000000000000000001"),
            f"{TARGETS}; got '1,1.00000000000000000001'",
        ),
        (
            ("chain", "--targets", f"2,1.{'0' * 29}1,1"),
            "targets must be equal, or apart by at least 1e-25 of themselves; "
            f"got '1.{'0' * 29}1', '1'",
        ),
        (("chain", "--targets", "1e-400,1e-401"), f"{TARGETS}; got '1e-400,1e-401'"),
        (("chain", "--targets", "4:1"), f"{TARGETS}; got '4:1'"),
        (("chain", "--targets", "3,x"), f"{TARGETS}; got '3,x'"),
        (("chain", "--targets", f"2,1.{'3' * 5000}"), f"{TARGETS}; got '2,1.333"),
        (("derive", "chain", "--latex", "--residuals"), "--residuals is of the text"),
        (("chain",), "give one of --targets, --file, --power-law and --geometric"),
        (("chain", "--targets", "1,2", "--power-law", "5:1"), "give one of --targets"),
        (("chain", "--power-law", "5"), "power-law must be COUNT:NUMBER"),
        (("chain", "--file", "/no/such.txt"), "Invalid value for '--file'"),
        (
            ("experiment", "regimes", "--samples", "20", "--dimension", "10", "--output", "d"),
            "samples must be fewer than the dimension 10, as more leave one solution; got 20",
        ),
        (
            ("experiment", "regimes", "--sparsity", "40", "--output", "d"),
            "sparsity must be at most 30, the dimension; got 40",
        ),
        (("frobnicate",), "No such command 'frobnicate'"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(arguments, message):
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"stairwise: {message}")
    assert done.stderr.count("\n") == 1


def test_verify_proves_and_writes_json(tmp_path):
    target = tmp_path / "report.json"
    done = run("verify", "toy-flow", "--json", str(target))
    assert done.returncode == 0, done.stderr
    assert "1 of 1 statements proved" in done.stdout
    assert json.loads(target.read_text())["verdict"] == "proved"


def test_verify_exits_1_when_something_is_not_proved(monkeypatch, capsys):
    from stairwise.reports import cli, verify

    monkeypatch.setattr(verify, "verify", lambda *_: Report((), 0.0))
    monkeypatch.setattr(sys, "argv", ["stairwise", "verify"])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 1
    assert "0 of 0 statements proved" in capsys.readouterr().out


def test_derive_prints_every_step_and_latex_has_no_stray_unicode():
    text = run("derive", "toy-flow").stdout
    assert "── every depth (identity): proved" in text
    assert "False twin, sign of σ* − σ: refuted" in text
    latex = run("derive", "toy-flow", "--latex").stdout
    assert r"\begin{enumerate}" in latex
    assert latex.isascii()


@pytest.mark.parametrize("arguments", [(), ("--help",)])
def test_help_names_the_commands(arguments):
    done = run(*arguments)
    assert done.returncode == 0
    for command in ("verify", "derive", "table"):
        assert f"\n  {command} " in done.stdout


def test_experiments_are_listed():
    done = run("experiment")
    assert done.returncode == 0
    for name in ("matrix-sensing", "quadratic", "diagonal", "convolution", "pursuit"):
        assert f"\n  {name} " in done.stdout


def test_start_up_loads_only_what_the_table_needs():
    code = (
        "import sys; sys.argv = ['stairwise', 'table', '--depth', '2', '--ratio', '2']\n"
        "from stairwise.reports.cli import main\n"
        "try: main()\n"
        "except SystemExit: print(sorted({'sympy', 'matplotlib', 'flint'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_failed_write_leaves_nothing(tmp_path):
    from stairwise.reports.files import write_whole

    folder = tmp_path / "taken"
    folder.mkdir()
    with pytest.raises(ValueError, match=r"output must be a writable file; got .*taken"):
        write_whole(Path(folder), "text")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_chain_reads_a_spectrum_from_a_file(tmp_path):
    spectrum = tmp_path / "values.txt"
    spectrum.write_text("# singular values\n3 4\n12, 6\n")
    by_file = run("chain", "--file", str(spectrum), "--depth", "2", "--depth", "3")
    listed = run("chain", "--targets", "12,6,4,3", "--depth", "2", "--depth", "3")
    assert by_file.returncode == 0, by_file.stderr
    assert by_file.stdout == listed.stdout
    note = "s = 0.1, f = 0.9; σ0 in the units of the targets"
    assert by_file.stdout.splitlines()[4:] == ["", note]


def test_tightness_is_a_table():
    done = run("tightness", "--format", "markdown")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("|")


def test_help_lists_the_names_there_are():
    from stairwise.reports.figures import FIGURES
    from stairwise.theory import STATEMENTS

    ids = [item.id for item in STATEMENTS]
    for command, what, names in (
        ("derive", "ID", ids),
        ("verify", "ID", ids),
        ("figure", "NAME", list(FIGURES)),
    ):
        *_, last = run(command, "--help").stdout.split("\n\n")
        assert " ".join(last.split()) == f"{what} is one of: {', '.join(names)}."
        for name in names:
            assert name in last  # not broken at a hyphen


def test_help_loads_nothing_heavy():
    code = (
        "import sys\n"
        "from stairwise.reports.cli import main\n"
        "for name in ('derive', 'verify', 'figure', 'sweep'):\n"
        "    sys.argv = ['stairwise', name, '--help']\n"
        "    try: main()\n"
        "    except SystemExit: pass\n"
        "print(sorted({'sympy', 'matplotlib', 'numpy', 'zarr'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_example_in_the_help_of_sweep_is_a_specification(tmp_path):
    from stairwise.numerics.sweeps.spec import parse_spec

    text = run("sweep", "--help").stdout
    example = text.split("For example:")[1].split("Options:")[0]
    spec = parse_spec(example, tmp_path, "the help")
    assert spec.shape == (3, 100)
    assert "docs/sweeps.md" in text


@pytest.mark.parametrize(
    ("command", "column"),
    [(("chain", "--targets", "3,2,1"), "log10_sigma0"), (("tightness",), "paper_void")],
)
def test_law_tables_for_programs(command, column):
    as_csv, as_json = (run(*command, "--format", style) for style in ("csv", "json"))
    assert (as_csv.returncode, as_csv.stderr) == (as_json.returncode, as_json.stderr) == (0, "")
    columns, *lines = as_csv.stdout.splitlines()
    records = json.loads(as_json.stdout)
    assert columns.split(",") == list(records[0])
    assert len(lines) == len(records)
    explained = run(command[0], "--help").stdout
    assert column in records[0]
    assert all(name in explained for name in records[0])


def test_figures_written_until_control_c_are_named(tmp_path, monkeypatch, capsys):
    from stairwise.reports import cli, figures

    def draw(name, output):
        if name == "paper":
            raise KeyboardInterrupt
        return output / f"{name}.pdf", output / f"{name}.png"

    monkeypatch.setattr(figures, "write_figure", draw)
    arguments = ["figure", "phase", "paper", "dynamics", "--output", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", ["stairwise", *arguments])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 130
    printed = capsys.readouterr()
    assert printed.out.splitlines() == [str(tmp_path / "phase.pdf"), str(tmp_path / "phase.png")]
    assert printed.err.strip() == "stairwise: interrupted"
