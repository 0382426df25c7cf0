-- Columns of eight bytes first, then those of four, then those of variable length: no byte of a row is padding. PostgreSQL has no order of columns but that of their
-- creation. They are created again only while the table has no row, as in a new installation. Other tables remain as they are: they are not
-- rewritten, and a row of theirs is 24 bytes longer. No program depends on the order.
DO $$
BEGIN
  IF EXISTS (SELECT FROM "sessions") THEN
    RETURN;
  END IF;
  LOCK TABLE "sessions" IN ACCESS EXCLUSIVE MODE;
  -- A session may have begun before the lock.
  IF EXISTS (SELECT FROM "sessions") THEN
    RETURN;
  END IF;
  ALTER TABLE "sessions"
    DROP COLUMN "generation",
    DROP COLUMN "transport",
    DROP COLUMN "idle_seconds",
    DROP COLUMN "remember_me",
    DROP COLUMN "family_hash",
    DROP COLUMN "rotated_by",
    DROP COLUMN "earlier_rotations",
    DROP COLUMN "ip_address",
    DROP COLUMN "user_agent",
    DROP COLUMN "device_name",
    DROP COLUMN "device_browser",
    DROP COLUMN "device_os",
    DROP COLUMN "device_type",
    DROP COLUMN "fingerprint_digest",
    DROP COLUMN "amr",
    DROP COLUMN "revoked_reason",
    DROP COLUMN "country",
    DROP COLUMN "device_language",
    DROP COLUMN "device_platform",
    DROP COLUMN "network",
    DROP COLUMN "risk_signals",
    ADD COLUMN "generation" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "transport" "token_transport" NOT NULL,
    ADD COLUMN "idle_seconds" INTEGER NOT NULL,
    ADD COLUMN "remember_me" BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN "family_hash" BYTEA NOT NULL,
    ADD COLUMN "rotated_by" BYTEA,
    ADD COLUMN "earlier_rotations" JSONB NOT NULL DEFAULT '[]',
    ADD COLUMN "ip_address" INET,
    ADD COLUMN "user_agent" TEXT,
    ADD COLUMN "device_name" TEXT,
    ADD COLUMN "device_browser" TEXT,
    ADD COLUMN "device_os" TEXT,
    ADD COLUMN "device_type" TEXT NOT NULL,
    ADD COLUMN "fingerprint_digest" BYTEA,
    ADD COLUMN "amr" TEXT[],
    ADD COLUMN "revoked_reason" TEXT,
    ADD COLUMN "country" TEXT,
    ADD COLUMN "device_language" TEXT,
    ADD COLUMN "device_platform" TEXT,
    ADD COLUMN "network" TEXT,
    ADD COLUMN "risk_signals" TEXT[] DEFAULT ARRAY[]::TEXT[];
  CREATE INDEX "sessions_family_hash_idx" ON "sessions" USING hash ("family_hash");
EXCEPTION
  -- A view or a policy of the operator uses one of them.
  WHEN dependent_objects_still_exist THEN NULL;
END
$$;

-- A page still has room for the new version of one row.
ALTER TABLE "sessions" SET (fillfactor = 95);
