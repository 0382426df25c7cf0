-- Expand only: an earlier version writes the columns user_agent and request_id, and shows events of this version without them.
-- AlterTable
ALTER TABLE "audit_events" ADD COLUMN     "request_uuid" UUID,
ADD COLUMN     "user_agent_id" INTEGER;

-- CreateTable
CREATE TABLE "user_agents" (
    "id" SERIAL NOT NULL,
    "digest" BYTEA NOT NULL,
    "month" DATE NOT NULL,
    "user_agent" TEXT NOT NULL,

    CONSTRAINT "user_agents_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "user_agents_digest_key" ON "user_agents"("digest");
