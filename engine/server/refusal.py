"""How the server says no: an HTTP status, what is wrong and a way out, always as `{message, hint}`."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from engine.errors import FlowrunError, Problem, WorkflowError
from engine.workflow import sentence

_log = logging.getLogger("uvicorn.error")


class Refusal(FlowrunError):
    """The server does not do what was asked, with the HTTP status that fits."""

    def __init__(self, status: int, message: str, *, hint: str = "", problems: list[Problem] | None = None) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.problems = problems or []


class Failure(BaseModel):
    """The answer to a request that was refused; line and column (from 1) where a text is to blame."""

    message: str
    hint: str = ""
    line: int = 0
    column: int = 0
    problems: list[Problem] = []


def answer(status: int, failure: Failure) -> JSONResponse:
    """The refusal as a response."""
    return JSONResponse(failure.model_dump(exclude_defaults=True), status)


def add_handlers(app: FastAPI) -> None:
    """Turn every error into a `Failure`; none shows a traceback to the browser."""
    app.add_exception_handler(FlowrunError, _flowrun)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(OSError, _system)
    app.add_exception_handler(RecursionError, _deep)
    app.add_exception_handler(Exception, _bug)


async def _flowrun(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, FlowrunError)
    failure = Failure(message=error.message, hint=error.hint)
    if isinstance(error, WorkflowError):
        failure.line, failure.column = error.line, error.column
    if isinstance(error, Refusal):
        failure.problems = error.problems
        return answer(error.status, failure)
    return answer(422, failure)


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return answer(422, Failure(message=f"{place}: {sentence(first['msg'])}"))


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return answer(error.status_code, Failure(message=sentence(str(error.detail))))


async def _system(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, OSError)
    _log.error("a request failed", exc_info=error)
    where = f" ({error.filename})" if error.filename else ""
    return answer(500, Failure(message=f"{error.strerror or error}{where}."))


async def _deep(_: Request, error: Exception) -> JSONResponse:
    return answer(422, Failure(message="The request is nested too deeply."))


async def _bug(_: Request, error: Exception) -> JSONResponse:
    hint = "This is a bug in flowrun; the terminal of `flowrun serve` shows the details."
    return answer(500, Failure(message=f"The server broke: {type(error).__name__}.", hint=hint))
