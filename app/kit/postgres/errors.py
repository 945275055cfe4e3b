class PostgresUnavailable(Exception):
    """The embedded server cannot run here; the text says why and what to do."""
