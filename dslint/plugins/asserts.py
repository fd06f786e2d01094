"""Makes a failing ``assert`` without a message say its expression and the values in it.

The statement is rewritten when a local rule file is loaded, so that each part is evaluated once, when the program comes
to it, and its value is kept; nothing is evaluated a second time to explain a failure.
"""

from __future__ import annotations

import ast
from typing import Any, Final

EXPLAIN: Final = "__dslint_explain__"
"""Name under which a rewritten module finds :func:`explain`."""
MAX_MESSAGE: Final = 200
_MAX_VALUE: Final = 60
_TAKEN: Final = (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.BinOp, ast.UnaryOp)
_UNSEEN: Final = object()


class Explained(str):
    """A message that was made of an expression and its values.

    Attributes:
        expression: The expression alone, for rules whose values must not be shown.
    """

    __slots__ = ("expression",)
    expression: str


def rewrite(tree: ast.Module) -> ast.Module:
    """Rewrite the assert statements of a module."""
    _Rewriter().visit(tree)
    return ast.fix_missing_locations(tree)


def explain(expression: str, values: tuple[tuple[str, Any], ...]) -> Explained:
    """Return the message of a failed assert.

    Args:
        expression: Its source.
        values: Source and value of its parts; those that were not evaluated are left out.
    """
    seen = {part: value for part, value in values if value is not _UNSEEN}
    shown = ", ".join(f"{part} is {_short(value)}" for part, value in seen.items())
    text = f"{expression} does not hold"
    message = Explained(_cut(f"{text}: {shown}" if shown else text, MAX_MESSAGE))
    message.expression = _cut(text, MAX_MESSAGE)
    return message


class _Rewriter(ast.NodeTransformer):
    def __init__(self) -> None:
        self.count = 0

    def visit_Assert(self, node: ast.Assert) -> ast.Assert | list[ast.stmt]:
        if node.msg is not None:
            return node
        expression = ast.unparse(node.test)
        parts = _Parts(self.count)
        test = parts.condition(node.test)
        self.count += len(parts.taken)
        values = ast.Tuple(
            [ast.Tuple([ast.Constant(s), ast.Name(n, ast.Load())], ast.Load()) for s, n in parts.taken], ast.Load()
        )
        message = ast.Call(ast.Name(EXPLAIN, ast.Load()), [ast.Constant(expression), values], [])
        checked = ast.copy_location(ast.Assert(test, message), node)
        if not parts.taken:
            return checked
        # A part that short-circuiting leaves out must not show its value from an earlier round of a loop.
        unseen = ast.Attribute(ast.Name(EXPLAIN, ast.Load()), "unseen", ast.Load())
        reset = ast.Assign([ast.Name(name, ast.Store()) for _, name in parts.taken], unseen)
        return [ast.copy_location(reset, node), checked]


class _Parts:
    """Replaces parts of a condition by ``(name := part)``."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.taken: list[tuple[str, str]] = []

    def condition(self, node: ast.expr) -> ast.expr:
        """Take apart what is judged true or false."""
        if isinstance(node, ast.BoolOp):
            node.values = [self.condition(value) for value in node.values]
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            node.operand = self.condition(node.operand)
        elif isinstance(node, ast.Compare):
            node.left = self.part(node.left)
            node.comparators = [self.part(value) for value in node.comparators]
        elif isinstance(node, ast.Call):
            # That the call is false is said already; what it was given is not.
            node.args = [value if isinstance(value, ast.Starred) else self.part(value) for value in node.args]
        else:
            return self.part(node)
        return node

    def part(self, node: ast.expr) -> ast.expr:
        """Keep the value of a part."""
        suspends = any(isinstance(n, ast.Await | ast.Yield | ast.YieldFrom) for n in ast.walk(node))
        if not isinstance(node, _TAKEN) or suspends or _is_number(node):
            return node
        name = f"__dslint_part_{self.count + len(self.taken)}"
        self.taken.append((ast.unparse(node), name))
        return ast.copy_location(ast.NamedExpr(ast.Name(name, ast.Store()), node), node)


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant)


def _short(value: Any) -> str:
    return _cut(repr(value), _MAX_VALUE)


def _cut(text: str, size: int) -> str:
    return text if len(text) <= size else f"{text[: size - 1]}…"


explain.unseen = _UNSEEN  # type: ignore[attr-defined]
