ALTER TABLE "hand_ons" ADD COLUMN "inbox_id" text COLLATE "C";
--> statement-breakpoint
CREATE INDEX "drafts_agent" ON "drafts" USING btree ("agent_id","kind","conversation_id");
--> statement-breakpoint
CREATE INDEX "user_links_over" ON "user_links" USING btree ("kind","expires_at");
