"""What the service sends to the database, whichever way."""

from sqlalchemy import event


def sent_by(db):
    """The statements that are sent from now on, but for BEGIN and COMMIT."""
    found, watched = [], set()

    def by_cursor(_connection, _cursor, statement, *_):
        found.append(statement)

    def by_driver(record):
        if record.query.startswith("--"):  # as every .sql file does
            found.append(record.query)

    def watch(connection, *_):
        if id(connection) not in watched:
            watched.add(id(connection))
            connection.driver_connection.add_query_logger(by_driver)

    event.listen(db.engine.sync_engine, "before_cursor_execute", by_cursor)
    event.listen(db.engine.sync_engine, "checkout", watch)
    return found
