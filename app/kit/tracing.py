"""Traces of requests, sent to a collector: what took how long, and nothing of what was said."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Status

TOLD = frozenset(
    {"http.request.method", "http.response.status_code", "http.route", "error.type", "url.scheme"}
)
TIMEOUT = 3  # seconds for a collector to take what it is sent


class Discreet(SpanExporter):
    """Passes spans on without addresses and texts of errors, for both may hold ids and keys."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._exporter.export([_discreet(span) for span in spans])

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._exporter.force_flush(timeout_millis)


def tracer_to(url: str, version: str) -> TracerProvider | None:
    """What sends spans to an OTLP collector (HTTP, protobuf); None without an address."""
    if not url:
        return None
    resource = Resource({"service.name": "customer-tiers", "service.version": version})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    exporter = Discreet(OTLPSpanExporter(endpoint=url, timeout=TIMEOUT))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider


@asynccontextmanager
async def traced(provider: TracerProvider | None) -> AsyncIterator[None]:
    """Sends what is left at the end."""
    yield
    if provider:
        await asyncio.to_thread(provider.shutdown)


def trace_id() -> str | None:
    """The trace that is being recorded, as 32 hex digits."""
    found = trace.get_current_span().get_span_context().trace_id
    return trace.format_trace_id(found) if found else None


def _discreet(span: ReadableSpan) -> ReadableSpan:
    attributes = {name: said for name, said in (span.attributes or {}).items() if name in TOLD}
    return ReadableSpan(
        span.name,
        span.context,
        span.parent,
        span.resource,
        attributes,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )
