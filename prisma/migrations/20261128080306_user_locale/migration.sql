-- AlterTable
ALTER TABLE "pending_registrations" ADD COLUMN     "locale" TEXT;

-- AlterTable
ALTER TABLE "users" ADD COLUMN     "locale" TEXT;
