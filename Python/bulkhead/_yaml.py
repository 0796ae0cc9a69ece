"""Market files and rulebooks as the program reads them: every scalar its own text, refused what the program refuses."""

from __future__ import annotations

import pathlib
from typing import Any

from .errors import BulkheadError

# Levels that lists and mappings may nest.
DEPTH_LIMIT = 24
NULLS = ("", "~", "null", "Null", "NULL")


def mapping(path: pathlib.Path, what: str, advice: str = "") -> dict[str, Any]:
    """The file's mapping. What has no value is None: the program takes such a key as one that is not there.

    Raises:
        BulkheadError: What is wrong with the file, and in which line.
        OSError: It cannot be read.
        ImportError: There is no PyYAML.
    """
    try:
        import yaml
    except ImportError as error:
        raise ImportError(
            f"{what}: found no PyYAML, wanted it installed (pip install 'bulkhead[market]'){advice}"
        ) from error

    # The base loader leaves every number as its digits.
    class Loader(yaml.BaseLoader):
        depth = 0

        def compose_node(self, parent: Any, index: Any) -> Any:
            event = self.peek_event()  # type: ignore[no-untyped-call]
            line = event.start_mark.line + 1
            # A few lines of aliases can stand for more nodes than any memory holds.
            if getattr(event, "anchor", None) is not None:
                raise BulkheadError(f"{path}:{line}: found an anchor, wanted the value written out where it is used")
            if self.depth >= DEPTH_LIMIT and not isinstance(event, yaml.ScalarEvent):
                raise BulkheadError(f"{path}:{line}: found deeper nesting, wanted at most {DEPTH_LIMIT} levels")
            self.depth += 1
            node = super().compose_node(parent, index)
            self.depth -= 1
            return node

        def construct_scalar(self, node: Any) -> Any:
            # In quotes it is a word.
            return None if node.style is None and node.value in NULLS else super().construct_scalar(node)

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            # The loader's own would keep the last of two.
            lines: dict[str, int] = {}
            for key, _ in node.value:
                line = key.start_mark.line + 1
                if not isinstance(key, yaml.ScalarNode):
                    raise BulkheadError(f"{path}:{line}: found a key that is no word, wanted a word")
                if key.value in lines:
                    raise BulkheadError(
                        f"{path}:{line}: found key {key.value!r} twice (first in line {lines[key.value]}), "
                        "wanted each key once"
                    )
                lines[key.value] = line
            return {key.value: self.construct_object(value, deep=deep) for key, value in node.value}

    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=Loader)
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise BulkheadError(f"{what}: found {path} unreadable ({error}), wanted YAML") from None
    if not isinstance(document, dict):
        raise BulkheadError(f"{what}: found no mapping in {path}, wanted keys with values")
    return document
