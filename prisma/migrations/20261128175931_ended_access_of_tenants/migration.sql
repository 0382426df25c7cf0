-- AlterTable
ALTER TABLE "tenants" ADD COLUMN     "access_ended_until" TIMESTAMPTZ(3);
