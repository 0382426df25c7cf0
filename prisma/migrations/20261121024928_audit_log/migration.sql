-- DropIndex
DROP INDEX "audit_events_ip_address_id_idx";

-- DropIndex
DROP INDEX "audit_events_type_id_idx";

-- CreateTable
CREATE TABLE "audit_archives" (
    "sequence" INTEGER NOT NULL,
    "day" DATE NOT NULL,
    "part" INTEGER NOT NULL,
    "file" TEXT NOT NULL,
    "events" INTEGER NOT NULL,
    "first_id" UUID NOT NULL,
    "last_id" UUID NOT NULL,
    "previous_head" BYTEA NOT NULL,
    "head" BYTEA NOT NULL,
    "digest" BYTEA NOT NULL,
    "archived_at" TIMESTAMPTZ(3) NOT NULL,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "audit_archives_pkey" PRIMARY KEY ("sequence")
);

-- CreateIndex
CREATE UNIQUE INDEX "audit_archives_file_key" ON "audit_archives"("file");

-- CreateIndex
CREATE UNIQUE INDEX "audit_archives_day_part_key" ON "audit_archives"("day", "part");

-- CreateIndex
CREATE INDEX "audit_events_actor_id_idx" ON "audit_events"("actor_id") WHERE (actor_id IS NOT NULL);

-- CreateIndex
CREATE INDEX "audit_events_tenant_id_id_idx" ON "audit_events"("tenant_id", "id");

-- CreateIndex
CREATE INDEX "audit_events_tenant_id_type_id_idx" ON "audit_events"("tenant_id", "type", "id");

-- CreateIndex
CREATE INDEX "audit_events_tenant_id_ip_address_id_idx" ON "audit_events"("tenant_id", "ip_address", "id");
