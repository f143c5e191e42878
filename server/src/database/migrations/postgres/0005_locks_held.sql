CREATE INDEX "lock_epochs_held" ON "lock_epochs" USING btree ("agent_id") WHERE ended_at IS NULL;
