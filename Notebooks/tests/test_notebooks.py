"""The notebooks as they are committed, and the check of their exercises. nbmake executes them beside these tests."""

from __future__ import annotations

import json
import pathlib
import re
import sys
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import nbformat
import numpy as np
import pytest

FOLDER = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(FOLDER))

import form  # noqa: E402
import lesson  # noqa: E402

LESSONS = form.notebooks()
each = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def cells(path: pathlib.Path, kind: str) -> list[str]:
    read = json.loads(path.read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in read["cells"] if cell["cell_type"] == kind]


def test_there_are_eight_lessons_in_the_order_of_the_list() -> None:
    assert [path.name[:3] for path in LESSONS] == [f"0{number}-" for number in range(1, 9)]
    listed = re.findall(r"\]\((\d\d-[\w-]+\.ipynb)\)", (FOLDER / "README.md").read_text(encoding="utf-8"))
    assert listed == [path.name for path in LESSONS]


@each
def test_a_notebook_is_committed_without_outputs_in_its_one_form(path: pathlib.Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text == form.committed(path), f"{path.name}: Scripts/notebooks --clean brings it into the form that is committed"
    assert len(text.encode()) < 40_000
    assert not re.search(r"/(home|root|Users|tmp|work)/", text), "found a path of one machine"
    nbformat.validate(nbformat.reads(text, as_version=4))


def test_the_form_drops_what_a_run_leaves_behind(tmp_path: pathlib.Path) -> None:
    read = json.loads(LESSONS[0].read_text(encoding="utf-8"))
    for cell in read["cells"]:
        cell["id"] = "x" + cell["id"]
        if cell["cell_type"] == "code":
            cell["execution_count"] = 7
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["left behind"]}]
            cell["metadata"]["execution"] = {"iopub.status.busy": "now"}
    read["metadata"]["language_info"]["version"] = "3.11.7"
    left = tmp_path / LESSONS[0].name
    left.write_text(json.dumps(read), encoding="utf-8")
    assert form.committed(left) == LESSONS[0].read_text(encoding="utf-8")


@each
def test_a_lesson_asks_one_question_and_leads_on(path: pathlib.Path) -> None:
    words = cells(path, "markdown")
    number = int(path.name[:2])
    assert words[0].startswith(f"# {number} · ")
    assert re.search(r"^\*\*.+\?\*\*|^\*\*.+\?.*\*\*", words[0], re.MULTILINE), "found no question at the top"
    onward = LESSONS[number].name if number < len(LESSONS) else "README.md"
    assert f"]({onward})" in next(text for text in words if text.startswith("**Take away.**"))


@each
def test_a_lesson_has_pictures_and_exercises_that_are_left_open(path: pathlib.Path) -> None:
    code = cells(path, "code")
    assert sum("lesson.label(" in cell or "bars(axes" in cell for cell in code) >= 1
    for number in (1, 2, 3):
        assert code.count(f"answer_{number} = ...\ncheck({number}, answer_{number})") == 1
    assert sum(cell.startswith("import exercises\n\ncheck = exercises.") for cell in code) == 1


@each
def test_a_hint_is_asked_for_and_solutions_stand_at_the_end(path: pathlib.Path) -> None:
    """A hint is asked for, and what solves an exercise stands folded behind everything else."""
    read = json.loads(path.read_text(encoding="utf-8"))["cells"]
    solutions = [place for place, cell in enumerate(read) if "solution" in cell["metadata"].get("tags", [])]
    assert solutions == [len(read) - 3, len(read) - 2, len(read) - 1]
    for number, place in enumerate(solutions, start=1):
        assert read[place]["metadata"]["jupyter"]["source_hidden"]
        assert f"check({number}, " in "".join(read[place]["source"])
    before = ["".join(cell["source"]) for cell in read[: solutions[0]]]
    assert before[-1].startswith("## Solutions\n") and not any("hint=" in text for text in before)
    assert sum("check.hint(1)" in text for text in before) == 1


def test_one_word_means_one_thing() -> None:
    """The payoff is without the entry cost, P&L with it; both are said once, and pictures of P&L are called so."""
    first = "\n".join(cells(LESSONS[0], "markdown"))
    assert first.count("the **payoff** is") == first.count("the **P&L**") == 1 and "Fees are a cost too." in first
    for path in LESSONS:
        text = path.read_text(encoding="utf-8")
        assert "payoff (P&L" not in text and "P&L (payoff" not in text and "payoff or loss" not in text


def one(*arguments: Any, **keywords: Any) -> Callable[[Any], str]:
    """The check of a lesson with one exercise."""
    check = lesson.Exercises(lesson.exercise(*arguments, **keywords))
    return lambda answer: check(1, answer)


def test_an_exercise_takes_right_answers_and_refuses_wrong_ones_without_a_hint() -> None:
    check = lesson.Exercises(
        lesson.exercise(3.5, wrong=4, within=0.1, hint="look again"), lesson.exercise(2, wrong=1, hint="twice")
    )
    assert check(1, 3.55) == "Right." == check(2, 2)
    assert check(1, Decimal("3.5")) == check(1, Fraction(7, 2)) == check(1, np.float32(3.5)) == "Right."
    assert check(1, ...) == "Not answered yet."
    for answer in (3.61, -3.5, np.nan, np.inf, None, "3.5", [3.5, 9.0], object()):
        with pytest.raises(lesson.NotYet) as caught:
            check(1, answer)
        assert "look again" not in str(caught.value)
    assert caught.value._render_traceback_() == ["Not yet. check.hint(1) gives a hint; a solution stands at the end."]
    assert (check.hint(1), check.hint(2)) == ("look again", "twice")
    for number in (0, 3, "1"):
        with pytest.raises(LookupError, match="wanted 1 to 2"):
            check.hint(number)


def test_an_exercise_of_words_or_truth_wants_that_very_answer() -> None:
    assert one(False, wrong=True, hint="")(False) == "Right."
    with pytest.raises(lesson.NotYet):
        one(False, wrong=True, hint="")(0)
    with pytest.raises(lesson.NotYet):
        one("span", wrong="maximum-loss", hint="")("SPAN 2")


def test_an_exercise_with_many_answers_refuses_what_its_test_cannot_read() -> None:
    check = one([1, 2], wrong=[2, 1], hint="rising", test=lambda answer: answer[0] < answer[1])
    assert check([5, 6]) == "Right."
    for answer in ([6, 5], 5, None, []):
        with pytest.raises(lesson.NotYet):
            check(answer)


def test_an_exercise_without_force_stops_its_lesson() -> None:
    with pytest.raises(AssertionError, match="the wrong answer 2 passes"):
        lesson.exercise(1, wrong=2, within=5, hint="")
    with pytest.raises(AssertionError, match="the solution 1 does not pass"):
        lesson.exercise(1, wrong=2, hint="", test=lambda answer: False)


def test_a_refusal_of_the_program_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BULKHEAD_PROGRAM", sys.executable)
    assert lesson.program("-c", "print('said')") == "said\n"
    assert list(lesson.table("-c", "print('a,b'); print('1,2')").columns) == ["a", "b"]
    with pytest.raises(RuntimeError, match="ended with 66: no input"):
        lesson.program("-c", "import sys; print('no input', file=sys.stderr); sys.exit(66)")
