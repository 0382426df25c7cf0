-- AlterEnum
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


ALTER TYPE "one_time_token_purpose" ADD VALUE 'UNLOCK_ACCOUNT';
ALTER TYPE "one_time_token_purpose" ADD VALUE 'REPORT_SESSION';

-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "country" TEXT,
ADD COLUMN     "device_language" TEXT,
ADD COLUMN     "device_platform" TEXT,
ADD COLUMN     "latitude" DOUBLE PRECISION,
ADD COLUMN     "longitude" DOUBLE PRECISION,
ADD COLUMN     "network" TEXT,
ADD COLUMN     "risk_score" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "risk_signals" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "users" ADD COLUMN     "device_epoch" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "operator_alerts" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "window_start" TIMESTAMPTZ(3) NOT NULL,
    "window_end" TIMESTAMPTZ(3) NOT NULL,
    "occurrences" INTEGER NOT NULL DEFAULT 1,
    "details" JSONB NOT NULL DEFAULT '{}',
    "told_occurrences" INTEGER NOT NULL DEFAULT 0,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3),
    "claimed_until" TIMESTAMPTZ(3),
    "last_error" TEXT,

    CONSTRAINT "operator_alerts_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "operator_alerts_next_attempt_at_idx" ON "operator_alerts"("next_attempt_at") WHERE (next_attempt_at IS NOT NULL);

-- CreateIndex
CREATE INDEX "operator_alerts_window_end_idx" ON "operator_alerts"("window_end");

-- CreateIndex
CREATE UNIQUE INDEX "operator_alerts_kind_window_start_key" ON "operator_alerts"("kind", "window_start");

-- CreateIndex
CREATE INDEX "audit_events_security_history_idx" ON "audit_events"("user_id", "id") WHERE (type <> 'TOKEN_REFRESHED'::text);
