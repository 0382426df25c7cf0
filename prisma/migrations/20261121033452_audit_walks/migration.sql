-- DropIndex
DROP INDEX "audit_events_tenant_id_ip_address_id_idx";

-- DropIndex
DROP INDEX "audit_events_tenant_id_type_id_idx";

-- CreateIndex
CREATE INDEX "audit_events_type_tenant_id_id_idx" ON "audit_events"("type", "tenant_id", "id");

-- CreateIndex
CREATE INDEX "audit_events_ip_address_tenant_id_id_idx" ON "audit_events"("ip_address", "tenant_id", "id");
