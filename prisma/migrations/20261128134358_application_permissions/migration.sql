-- AlterEnum
ALTER TYPE "revocation_kind" ADD VALUE 'ACCESS';

-- AlterTable
ALTER TABLE "revocations" ADD COLUMN     "minimum_access_version" INTEGER,
ADD COLUMN     "role" TEXT;

-- AlterTable
ALTER TABLE "users" ADD COLUMN     "metadata" JSONB NOT NULL DEFAULT '{}';

-- CreateTable
CREATE TABLE "access_permissions" (
    "name" TEXT NOT NULL,
    "description" TEXT,
    "tenant_grantable" BOOLEAN NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "access_permissions_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "access_roles" (
    "id" UUID NOT NULL,
    "tenant_id" UUID,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "permissions" TEXT[],
    "is_default" BOOLEAN NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "access_roles_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user_access_roles" (
    "user_id" UUID NOT NULL,
    "role_id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,

    CONSTRAINT "user_access_roles_pkey" PRIMARY KEY ("user_id","role_id")
);

-- CreateTable
CREATE TABLE "access_versions" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "access_versions_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "access_roles_permissions_idx" ON "access_roles" USING GIN ("permissions");

-- CreateIndex
CREATE UNIQUE INDEX "access_roles_tenant_id_name_key" ON "access_roles"("tenant_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "access_roles_installation_name_key" ON "access_roles"("name") WHERE (tenant_id IS NULL);

-- CreateIndex
CREATE INDEX "user_access_roles_role_id_tenant_id_user_id_idx" ON "user_access_roles"("role_id", "tenant_id", "user_id");

-- AddForeignKey
ALTER TABLE "access_roles" ADD CONSTRAINT "access_roles_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "user_access_roles" ADD CONSTRAINT "user_access_roles_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- The one row
INSERT INTO "access_versions" ("id", "version") VALUES (1, 0);
