-- Keys that several sessions have in common: a B-tree stores them once. One index serves the live sessions of a user and the deletion
-- of the user; the other one the removal of expired sessions.

-- CreateIndex
CREATE INDEX "sessions_owner_idx" ON "sessions"("user_id", ("revoked_at" IS NULL));

-- CreateIndex
CREATE INDEX "sessions_expiry_hour_idx" ON "sessions"(date_trunc('hour', "expires_at" AT TIME ZONE 'UTC'));

-- DropIndex
DROP INDEX "sessions_live_idx";

-- DropIndex
DROP INDEX "sessions_user_id_idx";

-- DropIndex
DROP INDEX "sessions_expires_at_idx";

-- A page has 18 sessions and room for one more, which is enough for the new version of a row: earlier ones are pruned.
ALTER TABLE "sessions" SET (fillfactor = 92);
