-- CreateEnum
CREATE TYPE "sign_in_challenge_kind" AS ENUM ('SECOND_STEP', 'ENROLMENT', 'ENROLLED');

-- AlterEnum
ALTER TYPE "one_time_token_purpose" ADD VALUE 'UNDO_FACTOR_CHANGE';

-- AlterTable
ALTER TABLE "one_time_tokens" ADD COLUMN     "factor_change" JSONB;

-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "second_factor_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "users" ADD COLUMN     "enrol_factor_by" TIMESTAMPTZ(3),
ADD COLUMN     "second_step_chosen" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "totp_secrets" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "sealed_secret" BYTEA NOT NULL,
    "last_step" BIGINT,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "confirmed_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "totp_secrets_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "passkeys" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "credential_id" BYTEA NOT NULL,
    "public_key" BYTEA NOT NULL,
    "rp_id" TEXT NOT NULL,
    "sign_count" BIGINT NOT NULL DEFAULT 0,
    "transports" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "aaguid" UUID,
    "backed_up" BOOLEAN NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3),
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "passkeys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "recovery_codes" (
    "user_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "recovery_codes_pkey" PRIMARY KEY ("user_id","number")
);

-- CreateTable
CREATE TABLE "sign_in_challenges" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "kind" "sign_in_challenge_kind" NOT NULL,
    "digest" BYTEA NOT NULL,
    "cookie_digest" BYTEA,
    "device_digest" BYTEA NOT NULL,
    "token_version" INTEGER NOT NULL,
    "amr" TEXT[],
    "transport" "token_transport" NOT NULL,
    "remember_me" BOOLEAN NOT NULL,
    "sign_in" JSONB NOT NULL,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "passkey_challenge" BYTEA,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),
    "reported_at" TIMESTAMPTZ(3),

    CONSTRAINT "sign_in_challenges_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "used_ceremonies" (
    "id" UUID NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "used_ceremonies_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "remembered_devices" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "digest" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "remembered_devices_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "totp_secrets_user_id_idx" ON "totp_secrets"("user_id");

-- CreateIndex
CREATE INDEX "totp_secrets_removed_at_idx" ON "totp_secrets"("removed_at") WHERE (removed_at IS NOT NULL);

-- CreateIndex
CREATE UNIQUE INDEX "totp_secrets_one_confirmed_key" ON "totp_secrets"("user_id") WHERE (confirmed_at IS NOT NULL AND removed_at IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "totp_secrets_one_unconfirmed_key" ON "totp_secrets"("user_id") WHERE (confirmed_at IS NULL AND removed_at IS NULL);

-- CreateIndex
CREATE INDEX "passkeys_user_id_idx" ON "passkeys"("user_id");

-- CreateIndex
CREATE INDEX "passkeys_removed_at_idx" ON "passkeys"("removed_at") WHERE (removed_at IS NOT NULL);

-- CreateIndex
CREATE UNIQUE INDEX "passkeys_credential_id_key" ON "passkeys"("credential_id") WHERE (removed_at IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "sign_in_challenges_digest_key" ON "sign_in_challenges"("digest");

-- CreateIndex
CREATE INDEX "sign_in_challenges_user_id_id_idx" ON "sign_in_challenges"("user_id", "id");

-- CreateIndex
CREATE INDEX "sign_in_challenges_expires_at_idx" ON "sign_in_challenges"("expires_at");

-- CreateIndex
CREATE INDEX "used_ceremonies_expires_at_idx" ON "used_ceremonies"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "remembered_devices_digest_key" ON "remembered_devices"("digest");

-- CreateIndex
CREATE INDEX "remembered_devices_user_id_idx" ON "remembered_devices"("user_id");

-- CreateIndex
CREATE INDEX "remembered_devices_expires_at_idx" ON "remembered_devices"("expires_at");

-- AddForeignKey
ALTER TABLE "totp_secrets" ADD CONSTRAINT "totp_secrets_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "passkeys" ADD CONSTRAINT "passkeys_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "recovery_codes" ADD CONSTRAINT "recovery_codes_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "sign_in_challenges" ADD CONSTRAINT "sign_in_challenges_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "remembered_devices" ADD CONSTRAINT "remembered_devices_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE RESTRICT;
