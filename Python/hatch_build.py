"""Builds the Swift library and puts it, with its header, into the wheel."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sysconfig
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class LibraryHook(BuildHookInterface[Any]):
    """The library stands alone: the Swift runtime is in it, and only the header's functions can be seen from outside.

    The kernels are compiled for the processor at hand. ``BULKHEAD_ARCH=x86-64-v3`` asks for one with AVX2 and
    ``BULKHEAD_PORTABLE=1`` for the baseline instruction set, as with the program.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name == "sdist":
            raise RuntimeError(
                "an archive of Python/ alone could not be built: it has no library, whose sources are the checkout's; "
                "wanted 'pip install ./Python' or 'pip wheel ./Python' there, or 'python -m build --wheel Python'"
            )
        if version == "editable":
            # The Python files alone: BULKHEAD_LIBRARY names a library that is built by hand.
            return
        python = pathlib.Path(self.root)
        root = python.parent
        if not (root / "Package.swift").exists():
            raise RuntimeError(
                f"found no Package.swift in {root}, wanted Python/ inside the checkout: the library is built there"
            )
        swift = shutil.which("swift")
        if swift is None:
            raise RuntimeError("found no 'swift' on the PATH, wanted a Swift toolchain of version 6.3 or newer")
        kind = "portable" if os.environ.get("BULKHEAD_PORTABLE") == "1" else os.environ.get("BULKHEAD_ARCH", "native")
        # One folder a kind, so that a wheel for another processor never takes what was built for this one.
        scratch = root / f".build-python-{kind}"
        command = [
            swift, "build", "-c", "release", "--product", "bulkheadc", "--scratch-path", str(scratch),
            "-Xswiftc", "-static-stdlib", "-Xlinker", "--strip-all", "-Xlinker", "--gc-sections",
            "-Xlinker", f"--version-script={python / 'exports.map'}",
        ]  # fmt: skip
        subprocess.run(command, cwd=root, check=True)
        build_data["pure_python"] = False
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["tag"] = f"py3-none-{platform}"
        build_data["force_include"][str(scratch / "release" / "libbulkheadc.so")] = "bulkhead/libbulkheadc.so"
        header = root / "Sources" / "CBulkhead" / "include" / "bulkhead.h"
        # The numbers of the margin rules are data that the program shares.
        build_data["force_include"][str(root / "Data" / "Rulebooks" / "margin")] = "bulkhead/rulebooks"
        build_data["force_include"][str(header)] = "bulkhead/include/bulkhead.h"
