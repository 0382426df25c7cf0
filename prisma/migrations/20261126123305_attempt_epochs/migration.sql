-- AlterTable
ALTER TABLE "users" ADD COLUMN     "attempt_epoch" INTEGER NOT NULL DEFAULT 0;
