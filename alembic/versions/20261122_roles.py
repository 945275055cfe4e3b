"""What the service's role does to evidence only through its owner."""

from alembic import op

revision = "20261122_roles"
down_revision = "20261122_worth"
branch_labels = None
depends_on = None

# Tables of evidence are changed by these alone: each does one thing, which is not a lie.
FORGET_RAW = """
CREATE FUNCTION forget_raw(of_program uuid, of_members uuid[], of_events uuid[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    forgotten bigint;
BEGIN
    UPDATE order_events
       SET raw = NULL, headers = NULL
      FROM unnest(of_members, of_events) AS gone (member_id, event_key)
     WHERE order_events.program_id = of_program
       AND order_events.member_id = gone.member_id
       AND order_events.event_key = gone.event_key
       AND order_events.raw IS NOT NULL;
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    RETURN forgotten;
END
$$"""
END_EVIDENCE = """
CREATE FUNCTION end_evidence(of_program uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM programs WHERE id = of_program AND sandbox_day IS NULL)
       AND (EXISTS (SELECT FROM order_events WHERE program_id = of_program)
            OR EXISTS (SELECT FROM points_entries WHERE program_id = of_program)) THEN
        RAISE insufficient_privilege USING MESSAGE = 'a program with facts is kept';
    END IF;
    DELETE FROM order_events WHERE program_id = of_program;
    DELETE FROM points_entries WHERE program_id = of_program;
    DELETE FROM changes WHERE program_id = of_program;
    DELETE FROM program_versions WHERE program_id = of_program;
END
$$"""


def upgrade() -> None:
    op.execute(FORGET_RAW)
    op.execute(END_EVIDENCE)


def downgrade() -> None:
    op.execute("DROP FUNCTION end_evidence(uuid)")
    op.execute("DROP FUNCTION forget_raw(uuid, uuid[], uuid[])")
