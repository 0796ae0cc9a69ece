"""The examples of the docstrings are run, and the layouts are those of the header."""

from __future__ import annotations

import ctypes
import doctest
import importlib
import pathlib
import shutil
import subprocess
import types

import pytest

import bulkhead
from bulkhead import _library

MODULES = [
    "", ".errors", ".exact", ".options", ".quotes", ".chain", ".legs", ".book", ".catalogue", ".rules",
    ".strategy", ".collateral", ".policies", ".proofs", ".scenarios", ".liquidation",
]  # fmt: skip


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    assert doctest.testmod(importlib.import_module("bulkhead" + name)).failed == 0


def public() -> list[tuple[str, object]]:
    """Everything that the package shows, with the methods and properties of its classes."""
    found = []
    for name in bulkhead.__all__:
        thing = getattr(bulkhead, name)
        found.append((name, thing))
        if isinstance(thing, type):
            found += [
                (f"{name}.{part}", value)
                for part, value in vars(thing).items()
                if not part.startswith("_") and isinstance(value, (property, classmethod, types.FunctionType))
            ]
    return found


# What reads a file has its example in the README, and what is said in a word needs none.
PLAIN = {"Chain.read", "Chain.read_csv", "Chain.pointer", "Stress.columns", "Strategy.instruments", "Strategy.shape"}


def test_everything_has_a_docstring_and_every_function_an_example():
    for name, thing in public():
        text = thing.__doc__
        assert text and not text.startswith(f"{name}("), f"{name} has no docstring"
        if name not in PLAIN and isinstance(thing, (classmethod, types.FunctionType)):
            assert ">>>" in text, f"{name} has no example"


def test_examples_of_the_readme(monkeypatch):
    root = pathlib.Path(__file__).resolve().parents[2]
    monkeypatch.chdir(root)
    text = (root / "README.md").read_text()
    section = text[text.index("\n## Python\n") : text.index("\n## Conventions\n")]
    examples = "\n".join(part.split("```")[0] for part in section.split("```python\n")[1:])
    test = doctest.DocTestParser().get_doctest(examples, {}, "README", "README.md", 0)
    assert len(test.examples) > 12 and doctest.DocTestRunner().run(test).failed == 0


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
