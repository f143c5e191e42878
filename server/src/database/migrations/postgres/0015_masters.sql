ALTER TABLE "mailboxes" ADD COLUMN "master_set_by" text COLLATE "C";
--> statement-breakpoint
ALTER TABLE "mailboxes" ADD COLUMN "master_set_at" bigint;
--> statement-breakpoint
ALTER TABLE "mailboxes" ADD CONSTRAINT "mailboxes_master_set_by_agents_id_fk" FOREIGN KEY ("master_set_by") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
