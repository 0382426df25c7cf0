-- AlterTable
ALTER TABLE "passwords" ADD COLUMN     "expires_at" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "passwords_expires_at_idx" ON "passwords"("expires_at") WHERE (expires_at IS NOT NULL);
