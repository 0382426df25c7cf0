-- AlterTable
ALTER TABLE "revocations" ADD COLUMN     "reason" TEXT,
ADD COLUMN     "revoked_by" UUID,
ADD COLUMN     "tenant_id" UUID;
