-- AlterTable
ALTER TABLE "users" ADD COLUMN     "factor_version" INTEGER NOT NULL DEFAULT 0;
