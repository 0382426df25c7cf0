-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "earlier_rotations" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "seen_generation" INTEGER;
