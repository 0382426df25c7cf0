-- AlterTable
ALTER TABLE "pending_registrations" ADD COLUMN     "matched_at" TIMESTAMPTZ(3);
