-- Expand only: an earlier version writes the columns user_agent and device_name, and shows sessions of this version without them.
-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "user_agent_id" INTEGER;

-- Shorter rows: a page still has room for the new version of one of them. Pages that are full remain as they are.
ALTER TABLE "sessions" SET (fillfactor = 94);
