-- AlterTable
ALTER TABLE "one_time_tokens" ADD COLUMN     "registration" JSONB;

-- AlterTable
ALTER TABLE "users" ADD COLUMN     "contested_at" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "passwords_changed_at_idx" ON "passwords"("changed_at");
