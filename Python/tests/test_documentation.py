"""The examples of the docstrings are run, and the layouts are those of the header."""

from __future__ import annotations

import ctypes
import doctest
import importlib
import pathlib
import shutil
import subprocess

import pytest

import bulkhead
from bulkhead import _library

MODULES = ["", ".errors", ".exact", ".options", ".chain", ".strategy", ".collateral", ".scenarios", ".liquidation"]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    assert doctest.testmod(importlib.import_module("bulkhead" + name)).failed == 0


def test_examples_of_the_readme(monkeypatch):
    root = pathlib.Path(__file__).resolve().parents[2]
    monkeypatch.chdir(root)
    text = (root / "README.md").read_text()
    section = text[text.index("\n## Python\n") : text.index("\n## Conventions\n")]
    (example,) = [part.split("```")[0] for part in section.split("```python\n")[1:]]
    test = doctest.DocTestParser().get_doctest(example, {}, "README", "README.md", 0)
    assert len(test.examples) > 8 and doctest.DocTestRunner().run(test).failed == 0


def header() -> pathlib.Path:
    installed = pathlib.Path(bulkhead.__file__).parent / "include" / "bulkhead.h"
    source = pathlib.Path(__file__).resolve().parents[2] / "Sources" / "CBulkhead" / "include" / "bulkhead.h"
    return installed if installed.exists() else source


def test_layouts(tmp_path):
    """Sizes and places of every field, as the machine's C compiler sees the header."""
    compiler = shutil.which("cc") or shutil.which("clang")
    if compiler is None:
        pytest.skip("no C compiler")
    records = {
        "leg": _library.LEG, "account": _library.ACCOUNT, "quote": _library.QUOTE, "dated": _library.DATED,
        "tier": _library.TIER, "band": _library.BAND, "liquidation_day": _library.DAY, "expiry": _library.EXPIRY,
    }  # fmt: skip
    structures = {
        "bytes": _library.Bytes, "text": _library.Text, "column": _library.Column, "options": _library.Options,
        "market": _library.Market, "book": _library.Book, "policy": _library.Policy, "grid": _library.Grid,
        "maintenance": _library.Maintenance, "budget": _library.Budget, "terms": _library.Terms,
        "structure": _library.Structure,
    }  # fmt: skip
    wanted = {
        name: (kind.itemsize, {field: kind.fields[field][1] for field in kind.names}) for name, kind in records.items()
    }
    wanted |= {
        name: (ctypes.sizeof(kind), {field: getattr(kind, field).offset for field, *_ in kind._fields_})
        for name, kind in structures.items()
    }
    lines = [
        f'printf("%zu\\n", sizeof(bulkhead_{name}));'
        + "".join(f'printf("%zu\\n", offsetof(bulkhead_{name}, {field}));' for field in fields)
        for name, (_, fields) in wanted.items()
    ]
    source = tmp_path / "layout.c"
    source.write_text(
        f'#include "{header()}"\n#include <stddef.h>\n#include <stdio.h>\n'
        f"int main(void) {{ {''.join(lines)} return 0; }}\n"
    )
    subprocess.run([compiler, str(source), "-o", str(tmp_path / "layout")], check=True)
    found = subprocess.run([str(tmp_path / "layout")], capture_output=True, text=True, check=True).stdout.split()
    assert [int(number) for number in found] == [
        number for size, fields in wanted.values() for number in (size, *fields.values())
    ]


def test_the_version_is_the_headers():
    assert f"#define BULKHEAD_ABI_VERSION {_library.ABI_VERSION}\n" in header().read_text()
