"""The notebooks as they are committed, and the check of their exercises. nbmake executes them beside these tests."""

from __future__ import annotations

import json
import pathlib
import re
import sys

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
    assert f"]({onward})" in words[-1]


@each
def test_a_lesson_has_pictures_and_exercises_that_are_left_open(path: pathlib.Path) -> None:
    code = cells(path, "code")
    assert sum("lesson.label(" in cell or "bars(axes" in cell for cell in code) >= 1
    for number in (1, 2, 3):
        asked = [cell for cell in code if cell == f"answer_{number} = ...\ncheck_{number}(answer_{number})"]
        assert len(asked) == 1
        assert sum(f"check_{number} = lesson.exercise(" in cell for cell in code) == 1


def test_an_exercise_takes_right_answers_and_refuses_wrong_ones_with_the_hint() -> None:
    check = lesson.exercise(3.5, wrong=4, within=0.1, hint="look again")
    assert check(3.55) == "Right."
    assert check(...) == "Not answered yet. Hint: look again"
    for answer in (3.61, -3.5, np.nan, np.inf, None, "3.5", [3.5, 9.0], object()):
        with pytest.raises(lesson.NotYet, match="look again"):
            check(answer)
    with pytest.raises(AssertionError) as caught:
        check(1)
    assert caught.value._render_traceback_() == ["Not yet. Hint: look again"]


def test_an_exercise_of_words_or_truth_wants_that_very_answer() -> None:
    assert lesson.exercise(False, wrong=True, hint="")(False) == "Right."
    with pytest.raises(lesson.NotYet):
        lesson.exercise(False, wrong=True, hint="")(0)
    with pytest.raises(lesson.NotYet):
        lesson.exercise("span", wrong="maximum-loss", hint="")("SPAN 2")


def test_an_exercise_with_many_answers_refuses_what_its_test_cannot_read() -> None:
    check = lesson.exercise([1, 2], wrong=[2, 1], hint="rising", test=lambda answer: answer[0] < answer[1])
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
