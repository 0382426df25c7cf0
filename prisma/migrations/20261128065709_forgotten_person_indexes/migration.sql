-- CreateIndex
CREATE INDEX "one_time_tokens_email_idx" ON "one_time_tokens"("email") WHERE (email IS NOT NULL);

-- Prisma's schema cannot state indexes of expressions.
CREATE INDEX "operator_alerts_user_id_idx" ON "operator_alerts" ((details->>'userId'));
CREATE INDEX "operator_alerts_session_id_idx" ON "operator_alerts" ((details->>'sessionId'));
