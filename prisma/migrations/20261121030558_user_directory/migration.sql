-- CreateIndex
CREATE INDEX "users_tenant_id_id_idx" ON "users"("tenant_id", "id" DESC);

-- CreateIndex
CREATE INDEX "users_email_prefix_idx" ON "users" USING SPGIST ("email");

-- CreateIndex
CREATE INDEX "users_username_prefix_idx" ON "users" USING SPGIST ("username_key");

-- CreateIndex
CREATE INDEX "users_privileged_idx" ON "users"("tenant_id", "role", "id") WHERE (role <> 'USER'::user_role);

-- CreateIndex
CREATE INDEX "users_locked_idx" ON "users"("tenant_id", "id") WHERE (locked_at IS NOT NULL);

-- CreateIndex
CREATE INDEX "users_inactive_idx" ON "users"("tenant_id", "id") WHERE (NOT active);
