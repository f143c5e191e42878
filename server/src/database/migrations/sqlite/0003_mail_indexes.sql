DROP INDEX `mails_inbox`;--> statement-breakpoint
CREATE INDEX `mails_file` ON `mails` (`file`) WHERE file IS NOT NULL;--> statement-breakpoint
CREATE INDEX `mails_inbox` ON `mails` (`inbox_id`,`direction`,`at`,`id`);--> statement-breakpoint
CREATE INDEX `attachments_file` ON `attachments` (`file`);--> statement-breakpoint
CREATE INDEX `mail_ids_entry` ON `mail_ids` (`conversation_id`,`position`);