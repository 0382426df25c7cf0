-- AlterTable
ALTER TABLE "revocations" ADD COLUMN     "revoked_at" TIMESTAMPTZ(3);
