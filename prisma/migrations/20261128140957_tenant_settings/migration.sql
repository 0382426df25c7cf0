-- AlterEnum
ALTER TYPE "revocation_kind" ADD VALUE 'TENANT';

-- AlterTable
ALTER TABLE "revocations" ADD COLUMN     "issued_before" TIMESTAMPTZ(3),
ADD COLUMN     "tenant_version" INTEGER;

-- AlterTable
ALTER TABLE "tenants" ADD COLUMN     "access_from" TIMESTAMPTZ(3),
ADD COLUMN     "active" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "settings" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "updated_at" TIMESTAMPTZ(3),
ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 0;

-- The password policies of tenants become settings. Those that are weaker than the configuration have no effect any more.
UPDATE "tenants" SET "settings" = jsonb_strip_nulls(jsonb_build_object(
    'passwordMinLength', "password_policy" -> 'minLength',
    'passwordMaxLength', "password_policy" -> 'maxLength',
    'passwordMinScore', "password_policy" -> 'minScore',
    'passwordRequireUppercase', "password_policy" -> 'requireUppercase',
    'passwordRequireLowercase', "password_policy" -> 'requireLowercase',
    'passwordRequireDigit', "password_policy" -> 'requireDigit',
    'passwordRequireSymbol', "password_policy" -> 'requireSymbol',
    'passwordRejectBreached', "password_policy" -> 'rejectBreached',
    'passwordHistorySize', "password_policy" -> 'historySize',
    'passwordMaxAgeDays', "password_policy" -> 'maxAgeDays'
)) WHERE jsonb_typeof("password_policy") = 'object';
