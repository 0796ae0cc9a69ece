"""What the tests share: the checkout's data, and the program that the digits are compared with."""

from __future__ import annotations

import csv
import io
import json
import os
import pathlib
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

import bulkhead

ROOT = pathlib.Path(__file__).resolve().parents[2]
MARKET = ROOT / "Data" / "Markets" / "deribit-btc-2025-12-05.yaml"

Rows = list[dict[str, str]]


@pytest.fixture(scope="session")
def chain() -> bulkhead.Chain:
    return bulkhead.Chain.read(MARKET)


@pytest.fixture(scope="session")
def program() -> Callable[..., Rows]:
    """Runs the program and gives the rows of its CSV; the tests that need it are skipped where it is not built."""
    path = found_program()

    def run(*arguments: object, code: int = 0) -> Rows:
        return list(csv.DictReader(io.StringIO(printed(path, arguments, code))))

    return run


@pytest.fixture(scope="session")
def document() -> Callable[..., Any]:
    """Runs the program and gives the JSON that it prints."""
    path = found_program()
    return lambda *arguments: json.loads(printed(path, (*arguments, "--format", "json"), 0))


def found_program() -> pathlib.Path:
    path = pathlib.Path(os.environ.get("BULKHEAD_PROGRAM", ROOT / ".build" / "release" / "bulkhead"))
    if not path.exists():
        pytest.skip(f"no program at {path}: Scripts/bulkhead builds it, BULKHEAD_PROGRAM names another")
    return path


def printed(path: pathlib.Path, arguments: tuple[object, ...], code: int) -> str:
    done = subprocess.run([str(path), *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    return done.stdout
