"""Prometheus metrics of requests, and where the other modules register theirs."""

from prometheus_client import Counter, Gauge, Histogram

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

REQUESTS = Counter("tiers_http_requests", "Requests answered.", ["route", "method", "status"])
REQUEST_SECONDS = Histogram(
    "tiers_http_request_seconds", "Time to the whole answer.", ["route"], buckets=SECONDS
)
IN_FLIGHT = Gauge("tiers_http_in_flight", "Requests being worked on.")
AUTH_FAILURES = Counter("tiers_auth_failures", "Requests refused for their key.", ["reason"])
RATE_LIMITED = Counter("tiers_rate_limited", "Requests refused for their number.")
ADDRESS_REFUSED = Counter(
    "tiers_address_refused", "Requests to the outside that were not made for their address."
)
DB_ERRORS = Counter("tiers_db_errors", "Errors of the database that met a request.", ["class"])
DB_RETRIES = Counter(
    "tiers_db_retries", "Transactions done again, as another one got in their way.", ["sqlstate"]
)
DB_POOL_IN_USE = Gauge("tiers_db_pool_in_use", "Connections in use.")
DB_POOL_WAIT = Histogram(
    "tiers_db_pool_wait_seconds", "Time to get a connection, opened or free.", buckets=SECONDS
)
DB_LONGEST_TRANSACTION = Gauge(
    "tiers_db_longest_transaction_seconds", "Age of the oldest transaction that our role sees."
)
CLOCK_OFFSET = Gauge(
    "tiers_clock_offset_seconds", "How far the database's clock is ahead of this process's."
)
STARTUP_WARNINGS = Gauge("tiers_startup_warnings", "What was doubtful when the service started.")
BUILD_INFO = Gauge("tiers_build_info", "Always 1.", ["version"])


def observe(route: str, method: str, status: int, seconds: float) -> None:
    """Count one answered request. `route` is its template, never the path itself."""
    REQUESTS.labels(route, method, str(status)).inc()
    REQUEST_SECONDS.labels(route).observe(seconds)


BATCH_SIZE = Histogram(
    "tiers_ingest_batch_size",
    "Events that shared a transaction.",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
)
COMMIT_SECONDS = Histogram(
    "tiers_ingest_commit_seconds",
    "Time of a transaction that takes events in, its commit included.",
    buckets=SECONDS,
)
FACTS = Counter("tiers_facts", "Facts told, by what became of them.", ["source", "outcome"])
FACT_DELAY_SECONDS = Histogram(
    "tiers_fact_delay_seconds",
    "Time from when something happened to when we were told.",
    ["source"],
    buckets=(0.1, 0.5, 1, 5, 30, 60, 300, 3_600, 21_600, 86_400),
)
DELIVERIES_IGNORED = Counter(
    "tiers_deliveries_ignored", "Deliveries that held nothing for us.", ["source", "reason"]
)
DELIVERIES_REFUSED = Counter(
    "tiers_deliveries_refused", "Deliveries that were not authentic.", ["source", "reason"]
)
QUARANTINE_SIZE = Gauge("tiers_quarantine_size", "Events in quarantine that can be replayed.")
QUARANTINE_OLDEST = Gauge(
    "tiers_quarantine_oldest_seconds", "Age of the oldest event in quarantine that can be replayed."
)
UNCONVERTED_ORDERS = Gauge("tiers_unconverted_orders", "Orders that wait for a rate.")

MOVES = Counter(
    "tiers_moves",
    "Moves that the relay of this process numbered.",
    ["ladder", "direction", "occasion"],
)
MEMBERS = Gauge("tiers_members", "Members that hold a level.", ["ladder", "level"])
CHECKS = Counter("tiers_checks", "Checks that ended in this process.", ["occasion", "state"])
CHECK_SECONDS = Histogram(
    "tiers_check_seconds",
    "Time from the first slice of a check to its end.",
    buckets=(0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 14_400),
)
CHECK_REMAINING = Gauge(
    "tiers_check_members_remaining", "Members that checks under way have not looked at yet."
)
CHECK_LAST_SUCCESS = Gauge(
    "tiers_check_last_success_timestamp_seconds",
    "When a scheduled check last finished, of the program for which that is longest ago.",
)
AUDIT_VIOLATIONS = Gauge(
    "tiers_audit_violations", "What the last audits found that must not be.", ["code"]
)
AUDIT_PROVED = Gauge(
    "tiers_audit_members_proved_ratio", "Members that the last audits proved, of all; 1 of nobody."
)
AUDIT_LAST_SUCCESS = Gauge(
    "tiers_audit_last_success_timestamp_seconds",
    "When an audit last ended, of the program for which that is longest ago.",
)

DELIVERIES = Counter("tiers_deliveries", "Attempts to deliver.", ["state"])
DELIVERY_SECONDS = Histogram(
    "tiers_delivery_seconds", "Time of an attempt to deliver.", buckets=SECONDS
)
DELIVERY_OLDEST = Gauge(
    "tiers_delivery_oldest_seconds", "How long the oldest delivery that is due has been so."
)
ENDPOINTS_DISABLED = Gauge("tiers_endpoints_disabled", "Endpoints that are disabled.")
FEED_UNNUMBERED = Gauge("tiers_feed_unnumbered", "Changes without a number in the feed.")
FEED_OLDEST = Gauge("tiers_feed_oldest_seconds", "Age of the oldest change without a number.")
RELAY_TERM = Gauge("tiers_relay_term", "How often the relay has changed hands.")
RELAY_FAILURES = Counter(
    "tiers_relay_failures", "Times that the changes of a program could not be numbered."
)
