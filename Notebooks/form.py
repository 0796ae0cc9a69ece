"""How a notebook is committed: what was written, and nothing that a run leaves behind.

Outputs and counts go, names of cells stay, so that a change of a lesson is a change of its lines. ``Scripts/notebooks --clean``
brings every notebook into this form.
"""

from __future__ import annotations

import json
import pathlib
from typing import Any

FOLDER = pathlib.Path(__file__).resolve().parent
#: The cells that are folded: the solution of an exercise.
SOLUTION = {"jupyter": {"source_hidden": True}, "tags": ["solution"]}


def notebooks() -> list[pathlib.Path]:
    """The lessons, in their order."""
    return sorted(FOLDER.glob("*.ipynb"))


def committed(path: pathlib.Path) -> str:
    """Gives the text that is committed for the notebook at a path."""
    read = json.loads(path.read_text(encoding="utf-8"))
    cells = [_cell(cell, f"lesson-{path.name[:2]}-{place:02d}") for place, cell in enumerate(read["cells"], start=1)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {
        "cells": cells, "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}}, "nbformat": 4,
        "nbformat_minor": 5,
    }  # fmt: skip
    return json.dumps(whole, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _cell(cell: dict[str, Any], name: str) -> dict[str, Any]:
    source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
    lines = source.strip("\n").splitlines(keepends=True)
    if cell["cell_type"] != "code":
        return {"cell_type": cell["cell_type"], "id": name, "metadata": {}, "source": lines}
    metadata = SOLUTION if "solution" in cell["metadata"].get("tags", []) else {}
    return {
        "cell_type": "code", "execution_count": None, "id": name, "metadata": metadata, "outputs": [], "source": lines,
    }  # fmt: skip


if __name__ == "__main__":
    for notebook in notebooks():
        text = committed(notebook)
        if text != notebook.read_text(encoding="utf-8"):
            notebook.write_text(text, encoding="utf-8")
            print(f"cleaned {notebook.name}")
