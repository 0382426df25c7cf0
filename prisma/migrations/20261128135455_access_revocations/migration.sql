-- CreateIndex
CREATE INDEX "revocations_access_idx" ON "revocations"("minimum_access_version") WHERE (minimum_access_version IS NOT NULL);
