"""Make a noun from its typed fields, and find the field at fault if the noun refuses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from salesteam.core._load._problem import Problem, Refused, Words
from salesteam.core._load._tree import spot_of
from salesteam.errors import InvalidValueError, SalesteamError

__all__ = ["DOMAIN_ERRORS", "build", "key_of", "reason"]

DOMAIN_ERRORS = (SalesteamError, ValueError, TypeError, LookupError, ArithmeticError)
"""What the validators, converters and hooks of nouns raise on a value that cannot be."""


def key_of(field: attrs.Attribute[Any]) -> str:
    """The key of a field in a file: its metadata ``{"key": …}``, else its name."""
    return str(field.metadata.get("key") or field.alias)


def reason(error: Exception) -> dict[str, object]:
    """The words of an error as the values of a finding."""
    if isinstance(error, InvalidValueError):
        fix = error.fix and error.fix[0].upper() + error.fix[1:] + ("" if error.fix.endswith((".", "?")) else ".")
        return {"problem": error.what, "todo": fix or _CORRECT}
    return {"problem": str(error) or type(error).__name__, "todo": _CORRECT}


_FACTORY: Any = attrs.Factory  # its stub hides that it is a class
_CONVERTER: Any = attrs.Converter  # its stub hides the attributes
_CORRECT = Words("Correct the value.", "请改正该值。")


def build(cls: Any, given: Mapping[str, Any], raw: Mapping[str, Any]) -> Any:
    """Call the noun; if it refuses, raise `Refused` with a problem at each field that refuses, else at the noun.

    Parameters
    ----------
    cls : type
        An attrs class.
    given : mapping
        Typed arguments.
    raw : mapping
        The keys of the file, for the positions.
    """
    try:
        return cls(**given)
    except DOMAIN_ERRORS as error:
        problems = list(_blamed(cls, given, raw))
        at_noun = Problem(code="core.refused-value", values=reason(error), spot=spot_of(raw))
        raise Refused(problems or [at_noun]) from error


def _blamed(cls: Any, given: Mapping[str, Any], raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Ask the converter and the validator of each field alone; `__attrs_post_init__` does not run."""
    trial = object.__new__(cls)
    errors: dict[str, Exception] = {}
    for field in attrs.fields(cls):
        try:
            object.__setattr__(trial, field.name, _converted(field, given, trial))
        except DOMAIN_ERRORS as error:
            errors[field.name] = error
    for field in attrs.fields(cls):
        if field.validator is not None and field.name not in errors:
            try:
                field.validator(trial, field, getattr(trial, field.name))
            except DOMAIN_ERRORS as error:
                errors[field.name] = error
            except AttributeError:  # the validator looks at a field whose own converter refused
                continue
    at = {key: (spot_of(part) or spot_of(key)) for key, part in raw.items()}
    for field in attrs.fields(cls):
        if field.name in errors:
            key = key_of(field)
            yield Problem(
                code="core.refused-value",
                values=reason(errors[field.name]),
                path=key,
                spot=at.get(key) or spot_of(raw),
            )


def _converted(field: attrs.Attribute[Any], given: Mapping[str, Any], trial: Any) -> Any:
    default: Any = field.default
    if field.init and str(field.alias) in given:
        value = given[str(field.alias)]
    elif isinstance(default, _FACTORY):
        value = default.factory(trial) if default.takes_self else default.factory()
    else:
        value = default
    convert: Any = field.converter
    if isinstance(convert, _CONVERTER):
        extra = [trial] * convert.takes_self + [field] * convert.takes_field
        return convert.converter(value, *extra)
    return value if convert is None else convert(value)
