"""The numbers of this process, for /metrics: how long others take to answer. No name of a shop, a list or a person.

Format: https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Gauge, Histogram, ProcessCollector, generate_latest

REGISTRY = CollectorRegistry()
PROCESS = ProcessCollector(registry=REGISTRY)
_SECONDS = (0.005, 0.02, 0.1, 0.5, 1, 3, 10, 30)
PERSONACLICK = Histogram(
    "promo_bot_personaclick_seconds",
    "Requests to PersonaClick, by HTTP method and status (none: no answer).",
    ("method", "status"),
    registry=REGISTRY,
    buckets=_SECONDS,
)
SLACK = Histogram(
    "promo_bot_slack_seconds",
    "Calls of Slack's Web API, by method and HTTP status (none: no answer).",
    ("method", "status"),
    registry=REGISTRY,
    buckets=_SECONDS,
)
ANSWERS = Histogram(
    "promo_bot_answer_seconds",
    "Answers to Slack, by the kind of what it sent.",
    ("kind",),
    registry=REGISTRY,
    buckets=_SECONDS,
)
UPLOADS = Gauge("promo_bot_uploads", "Uploads in the database, by state.", ("state",), registry=REGISTRY)
CODES = Gauge("promo_bot_codes", "Codes of these uploads, by the state of their batch.", ("state",), registry=REGISTRY)
WAITING = Gauge("promo_bot_queue", "Uploads that are sent, taken back, or wait for their turn.", registry=REGISTRY)
ALERTS = Gauge("promo_bot_alerts_open", "Alerts that are open.", registry=REGISTRY)


@contextmanager
def timed(histogram: Histogram, *labels: str) -> Iterator[Callable[[str], None]]:
    """Measures what is done inside; what it yields is told the status, which is "none" until then."""
    began, told = time.perf_counter(), ["none"]
    try:
        yield lambda status: told.__setitem__(0, status)
    finally:
        histogram.labels(*labels, told[0]).observe(time.perf_counter() - began)


def text(uploads: Mapping[str, int], codes: Mapping[str, int], queue: int, alerts: int) -> bytes:
    """All numbers, with those of the database as they are now."""
    for gauge, found in ((UPLOADS, uploads), (CODES, codes)):
        gauge.clear()
        for state, number in found.items():
            gauge.labels(state.replace(" ", "_")).set(number)
    WAITING.set(queue)
    ALERTS.set(alerts)
    return generate_latest(REGISTRY)
