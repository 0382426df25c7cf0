-- CreateTable
CREATE TABLE "finished_tasks" (
    "name" TEXT NOT NULL,
    "finished_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "finished_tasks_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE INDEX "mail_messages_queued_texts_idx" ON "mail_messages"("next_attempt_at") WHERE (state = 'QUEUED'::mail_state AND kind = 'VERIFY_PHONE'::text);
