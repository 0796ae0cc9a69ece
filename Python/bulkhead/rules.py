"""Margin rules of venues and regulators: their dated numbers, and what each asks for a strategy."""

from __future__ import annotations

import dataclasses
import datetime
import os
import pathlib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple, Union

from . import _library, _yaml
from .book import Book
from .chain import Chain
from .errors import BulkheadError
from .exact import amount


class Rule(NamedTuple):
    """A rule's numbers from a day on, until a later day's take their place.

    Attributes:
        name: What :func:`margin` takes.
        effective: The first day on which they hold.
        source: Who publishes them, and where.
        path: The file.
    """

    name: str
    effective: datetime.date
    title: str
    source: str
    path: pathlib.Path


class RuleTerm(NamedTuple):
    """A part of a requirement: ``kind`` is ``"initial"`` or ``"maintenance"``, ``input`` what it is computed from."""

    kind: str
    name: str
    input: str
    amount: Decimal


@dataclasses.dataclass(frozen=True)
class RuleAnswer:
    """What a rule asks for a strategy: the cash that must stand in the account once the premium has changed hands.

    Attributes:
        status: ``"ok"``, ``"not_applicable"`` (the rule does not speak of such a position), ``"unsupported"`` (it does,
            and this library does not), ``"overflow"``, ``"invalid"``; `detail` has the reason.
        initial, maintenance: To open and to keep the position; None without an answer. The terms of each add up to it.
        binding: The scenario, settlement price or pairing that decided; empty where nothing competed.
    """

    rule: str
    effective: datetime.date
    status: str
    detail: str
    initial: Decimal | None
    maintenance: Decimal | None
    currency: str
    binding: str
    terms: tuple[RuleTerm, ...]


RuleLike = Union[str, "os.PathLike[str]", Rule]


def rules() -> list[Rule]:
    """The rules that the package has the numbers of, by name and day. Needs PyYAML.

    >>> [str(rule.effective) for rule in rules() if rule.name == "deribit-portfolio"]
    ['2019-01-01', '2025-01-01']
    """
    folder = pathlib.Path(__file__).resolve().parent / "rulebooks"
    if not folder.is_dir():
        # Not installed but imported from the checkout, whose data stand beside it.
        folder = pathlib.Path(__file__).resolve().parents[2] / "Data" / "Rulebooks" / "margin"
    found = [_rule(path, _document(path)) for path in sorted(folder.glob("*.yaml"))]
    return sorted(found, key=lambda rule: (rule.name, rule.effective))


class StatedRule(NamedTuple):
    """A rulebook as the library takes it."""

    rule: Rule
    rows: str


def stated_rule(rule: RuleLike, chain: Chain | None) -> StatedRule:
    """Finds a rulebook: by its name the numbers that hold on the chain's day, or a file's own."""
    if chain is None:
        raise BulkheadError("rule: found no chain, wanted one that the rule is asked on")
    path = rule.path if isinstance(rule, Rule) else pathlib.Path(rule)
    if not isinstance(rule, Rule) and path.suffix not in (".yaml", ".yml"):
        path = _latest(str(rule), chain).path
    document = _document(path)
    return StatedRule(_rule(path, document), "".join(_rows("", document)))


def answers(stated: StatedRule, book: Book, policy: object) -> list[RuleAnswer]:
    """Asks the rule of every strategy; what cannot be valued has the status ``invalid``."""
    rows, _ = _library.call_for_rows(
        "requirements", book.pointer, policy, _library.Bytes.of(stated.rows), guess=4096 + 4096 * book.count
    )
    of_strategy: list[list[dict[str, str]]] = [[] for _ in range(book.count)]
    for row in rows:
        of_strategy[int(row["strategy"])].append(row)
    found = []
    for mine in of_strategy:
        totals = {row["requirement"]: row["amount"] for row in mine if row["term"] == "TOTAL"}
        terms = tuple(
            RuleTerm(row["requirement"], row["term"], row["input"], Decimal(row["amount"]))
            for row in mine
            if row["term"] not in ("", "TOTAL")
        )
        found.append(
            RuleAnswer(
                rule=stated.rule.name, effective=stated.rule.effective, status=mine[0]["status"],
                detail=mine[0]["detail"], initial=amount(totals.get("initial", "")),
                maintenance=amount(totals.get("maintenance", "")), currency=mine[0]["currency"],
                binding=mine[0]["binding_scenario"], terms=terms,
            )
        )  # fmt: skip
    return found


def _latest(name: str, chain: Chain) -> Rule:
    day = datetime.datetime.fromtimestamp(chain.as_of, datetime.timezone.utc).date()
    known = rules()
    dated = [rule for rule in known if rule.name == name]
    if not dated:
        names = ", ".join(dict.fromkeys(rule.name for rule in known))
        raise BulkheadError(f"rule: found {name!r}, wanted one of {names}, or the path of a .yaml file")
    held = [rule for rule in dated if rule.effective <= day]
    if not held:
        raise BulkheadError(
            f"rule: found no numbers of {name} that hold on {day}, wanted a day from {dated[0].effective}"
        )
    return held[-1]


def _document(path: pathlib.Path) -> dict[str, Any]:
    try:
        document = _yaml.mapping(path, "rule", ": rulebooks are YAML")
    except OSError as error:
        raise BulkheadError(f"rule: found {path} unreadable ({error}), wanted a rulebook") from None
    return {key: value for key, value in document.items() if value is not None}


def _rule(path: pathlib.Path, document: dict[str, Any]) -> Rule:
    try:
        day = datetime.date.fromisoformat(str(document.get("effective")))
    except ValueError:
        raise BulkheadError(f"{path}: effective: found {document.get('effective')!r}, wanted a date") from None
    return Rule(
        str(document.get("name", "")), day, str(document.get("title", "")), str(document.get("source", "")), path
    )


def _rows(key: str, node: Any, depth: int = 0) -> Iterator[str]:
    """A tree as the library takes it; the outermost mapping is open from the start."""

    def row(kind: str, value: str = "") -> str:
        return (
            "\x1f".join("".join(sign if sign >= " " else " " for sign in cell) for cell in (kind, key, value)) + "\x1e"
        )

    if isinstance(node, dict):
        if depth:
            yield row("record")
        for name, part in node.items():
            yield from _rows(str(name), part, depth + 1)
        if depth:
            yield "end\x1f\x1f\x1e"
    elif isinstance(node, list):
        yield row("list")
        for part in node:
            yield from _rows("", part, depth + 1)
        yield "end\x1f\x1f\x1e"
    else:
        yield row("value", "" if node is None else str(node))
