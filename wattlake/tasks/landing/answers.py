"""Ask an API a question, unless its answer is known for good, and land the answer."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import duckdb
import polars as pl

from wattlake.lake.errors import told
from wattlake.lake.landing.fit import expect_fit
from wattlake.lake.landing.payloads import Origin, is_final, land_payload
from wattlake.lake.landing.refusals import forget_refusal, keep_refusal, refusal
from wattlake.lake.landing.stored_mappings import store_mapping
from wattlake.lake.mapping import read_mapping
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing import http
from wattlake.tasks.landing.failures import RefusedBeforeError
from wattlake.tasks.landing.pages import whole_answer
from wattlake.tasks.landing.questions import request_name
from wattlake.tasks.sources._answer import NothingCameError
from wattlake.tasks.sources.base import Api, Request


class Answered(NamedTuple):
    """The rows that a question gave, and the errors of its parts without a usable answer."""

    rows: int = 0
    failures: tuple[Exception, ...] = ()

    @property
    def is_silent(self) -> bool:
        """Say whether the service gave no answer at all, so that asking on is not worth its time."""
        return any(isinstance(failure, http.NoAnswerError) for failure in self.failures)

    def and_also(self, other: "Answered") -> "Answered":
        """Add up the rows and the failures of two questions."""
        return Answered(self.rows + other.rows, self.failures + other.failures)


@dataclass(frozen=True)
class Asking:
    """The source that questions go to, and where its answers go.

    Attributes:
        lake: takes the answers.
        api: the source.
        origin: stands with each landing.
        now_utc: the present.
        again: ask whatever was answered or refused before.
    """

    lake: Lake
    api: Api
    origin: Origin
    now_utc: datetime
    again: bool = field(default=False, kw_only=True)

    def answer(self, request: Request) -> Answered:
        """Ask a question, or its parts where a question for many places is refused; land what comes."""
        try:
            return Answered(self._ask(request))
        except (http.RefusedError, RefusedBeforeError) as error:
            parts = self.api.parts(request)
            if len(parts) <= 1:
                return Answered(0, () if request.is_ahead else (error,))
        except (ValueError, http.HttpError) as error:
            is_to_come = request.is_ahead and isinstance(error, NothingCameError)
            return Answered(0, () if is_to_come else (error,))
        answered = Answered()
        for part in parts:
            of_part = self.answer(part)
            answered = answered.and_also(of_part)
            if of_part.is_silent:
                break
        return answered

    def _ask(self, request: Request) -> int:
        """Ask a question, unless its answer is known for good, and land it; returns its rows.

        Raises:
            RefusedBeforeError: it was refused less than a day ago.
            HttpError: there was no usable answer; a refusal is written down.
            ValueError: the answer is not what it should be.
        """
        lake, source, name = self.lake, self.origin.source, request_name(request)
        if not self.again and is_final(lake.reader(), source, name, request.final_at_utc):
            return 0
        before = refusal(lake.reader(), source, name, self.now_utc)
        if before and not self.again:
            raise RefusedBeforeError(name, before)
        try:
            body = whole_answer(self.api, request)
        except http.RefusedError as error:
            if not request.is_ahead:
                keep_refusal(lake, self.origin, name, error.status)
            raise
        rows, extension = self._read(request, body), self.api.extension
        mapping = self._mapping_of(name, rows)
        try:
            landed = land_payload(
                lake, self.origin, name, body, extension, rows, request.final_at_utc, request.asked, mapping
            )
        except duckdb.ConversionException as error:  # A table of the user's own may have numbers and times.
            raise ValueError(f"Asked {name}, got rows that do not fit {self.api.table}: {told(error)}") from error
        if before:
            forget_refusal(lake, source, name)
        return landed

    def _mapping_of(self, name: str, rows: pl.DataFrame) -> str | None:
        """Store the mapping of a source whose rows are mapped; gives its name.

        Raises:
            ValueError: the rows do not fit it.
        """
        if not self.api.mapping:
            return None
        mapping = read_mapping(self.api.mapping, f"The mapping of {self.api.name}")
        if len(rows):
            expect_fit(name, mapping, rows.select("line", "cells").iter_rows(), self.origin.fetched_at_utc)
        store_mapping(self.lake, self.origin, mapping, self.api.mapping)
        return mapping.name

    def _read(self, request: Request, body: bytes) -> pl.DataFrame:
        """Read the rows of an answer; there are none where the source has nothing and never will."""
        try:
            rows: pl.DataFrame = self.api.read(request, body)
        except NothingCameError:
            if request.final_at_utc is None or self.now_utc < request.final_at_utc:
                raise
            return pl.DataFrame()
        return rows
