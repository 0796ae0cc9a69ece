"""What the package raises."""

from __future__ import annotations


class BulkheadError(ValueError):
    """The input as a whole, or the call, cannot be answered. The message says what was found and what was wanted."""


class RowError(BulkheadError):
    """One row has no answer.

    Attributes:
        row: The place of the first such row, counted from 0 (in the flattened arrays of a call, or in a list of
            strategies).
        reason: What was found there, and what was wanted.
    """

    def __init__(self, row: int, reason: str) -> None:
        super().__init__(f"row {row}: {reason}")
        self.row = row
        self.reason = reason
