ALTER TABLE `mailboxes` ADD `master_set_by` text REFERENCES agents(id);--> statement-breakpoint
ALTER TABLE `mailboxes` ADD `master_set_at` integer;