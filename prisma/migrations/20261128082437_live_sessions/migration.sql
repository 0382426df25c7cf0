-- A refresh changes no indexed column. With room on each page the new version of the row stays there, and no index is written.
ALTER TABLE "sessions" SET (fillfactor = 85);

-- CreateIndex
CREATE INDEX "sessions_family_hash_idx" ON "sessions" USING HASH ("family_hash");

-- CreateIndex
CREATE INDEX "sessions_user_id_idx" ON "sessions"("user_id");

-- CreateIndex
CREATE INDEX "sessions_live_idx" ON "sessions"("user_id", "id") WHERE (revoked_at IS NULL);

-- CreateIndex
CREATE INDEX "sessions_ended_idx" ON "sessions"("user_id", "id") WHERE (revoked_at IS NOT NULL);

-- DropIndex
DROP INDEX "sessions_family_hash_key";

-- DropIndex
DROP INDEX "sessions_user_id_id_idx";
