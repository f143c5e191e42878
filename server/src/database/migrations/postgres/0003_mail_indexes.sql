DROP INDEX "mails_inbox";
--> statement-breakpoint
CREATE INDEX "attachments_file" ON "attachments" USING btree ("file");
--> statement-breakpoint
CREATE INDEX "mail_ids_entry" ON "mail_ids" USING btree ("conversation_id","position");
--> statement-breakpoint
CREATE INDEX "mails_file" ON "mails" USING btree ("file") WHERE file IS NOT NULL;
--> statement-breakpoint
CREATE INDEX "mails_inbox" ON "mails" USING btree ("inbox_id","direction","at","id");
