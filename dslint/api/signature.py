"""Which features a function asks for, read from its annotations."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from dslint.api.feature import DatasetFeature, Feature
from dslint.model.record import Dataset

FeatureType = type[Feature[Any]] | type[DatasetFeature[Any, Any]]
Wanted = FeatureType | type[Dataset]


class SignatureError(TypeError):
    """A function asks for something that is not a feature."""


@lru_cache(maxsize=1024)
def wanted(function: Callable[..., Any], given: int) -> tuple[Wanted, ...]:
    """Return what the parameters behind the first ``given`` ask for, in order.

    What was read is kept: a start reads each signature when a plugin is loaded and again for the plan.

    Args:
        function: A method or function; keyword-only parameters and ``*args`` ask for nothing.
        given: How many leading parameters the engine fills in by itself, ``self`` included.

    Raises:
        SignatureError: If an annotation is missing, cannot be resolved, or names no feature.
    """
    name = getattr(function, "__qualname__", repr(function))
    parameters = [
        p
        for p in list(inspect.signature(function).parameters.values())[given:]
        if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
    ]
    if not parameters:
        return ()
    try:
        hints = get_type_hints(function, include_extras=True)
    except NameError as error:
        raise SignatureError(
            f"{name}: annotation {error.name!r} is not defined when the program runs; "
            "import it outside of 'if TYPE_CHECKING'"
        ) from error
    return tuple(_asked(name, p.name, hints.get(p.name)) for p in parameters)


def _asked(function: str, parameter: str, hint: Any) -> Wanted:
    if hint is Dataset:
        return Dataset
    if get_origin(hint) is Annotated:
        for extra in get_args(hint)[1:]:
            if isinstance(extra, type) and issubclass(extra, Feature | DatasetFeature):
                return extra
    raise SignatureError(
        f"{function}: parameter {parameter!r} asks for no feature; annotate it as Annotated[type, FeatureClass]"
    )
