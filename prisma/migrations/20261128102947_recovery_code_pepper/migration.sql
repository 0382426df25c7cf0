-- AlterTable
ALTER TABLE "recovery_codes" ADD COLUMN     "pepper_id" TEXT;
