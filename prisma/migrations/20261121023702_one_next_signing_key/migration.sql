-- CreateIndex
CREATE UNIQUE INDEX "signing_keys_one_next_key" ON "signing_keys"("state") WHERE (state = 'NEXT'::signing_key_state);
