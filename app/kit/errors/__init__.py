"""Errors that a caller can act on, how they are said, and the route that reads strictly."""

from app.kit.errors.documents import Problem, problem_components, problems
from app.kit.errors.handlers import faults, install_handlers
from app.kit.errors.problem import (
    AppError,
    BodyTooLarge,
    Conflict,
    Fault,
    NotFound,
    RequestInvalid,
    RequestTimeout,
    TooManyRequests,
    Unavailable,
    Unexpected,
    Unparsable,
    UnsupportedMediaType,
    problem,
)
from app.kit.errors.strict import StrictRoute, WideRoute

__all__ = [
    "AppError",
    "BodyTooLarge",
    "Conflict",
    "Fault",
    "NotFound",
    "Problem",
    "RequestInvalid",
    "RequestTimeout",
    "StrictRoute",
    "TooManyRequests",
    "Unavailable",
    "Unexpected",
    "Unparsable",
    "UnsupportedMediaType",
    "WideRoute",
    "faults",
    "install_handlers",
    "problem",
    "problem_components",
    "problems",
]
