CREATE TABLE `attachments` (
	`id` text PRIMARY KEY NOT NULL,
	`agent_id` text,
	`conversation_id` text,
	`position` integer,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`size` integer NOT NULL,
	`file` text NOT NULL,
	`content_id` text,
	`inline` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `attachments_entry` ON `attachments` (`conversation_id`,`position`);--> statement-breakpoint
CREATE INDEX `attachments_unused` ON `attachments` (`created_at`,`conversation_id`);--> statement-breakpoint
CREATE TABLE `inbox_addresses` (
	`address` text PRIMARY KEY NOT NULL,
	`inbox_id` text NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`inbox_id`) REFERENCES `inboxes`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `inbox_addresses_inbox` ON `inbox_addresses` (`inbox_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `mail_ids` (
	`message_id` text NOT NULL,
	`conversation_id` text NOT NULL,
	`position` integer,
	PRIMARY KEY(`message_id`, `conversation_id`),
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `mails` (
	`id` text PRIMARY KEY NOT NULL,
	`direction` text NOT NULL,
	`inbox_id` text NOT NULL,
	`conversation_id` text,
	`position` integer,
	`sender` text NOT NULL,
	`recipients` text NOT NULL,
	`subject` text NOT NULL,
	`at` integer NOT NULL,
	`size` integer NOT NULL,
	`raw` blob,
	`file` text,
	`problem` text,
	`html` text,
	`html_rules` integer,
	FOREIGN KEY (`inbox_id`) REFERENCES `inboxes`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `mails_entry` ON `mails` (`conversation_id`,`position`);--> statement-breakpoint
CREATE INDEX `mails_inbox` ON `mails` (`inbox_id`,`direction`,`at`);--> statement-breakpoint
ALTER TABLE `conversations` ADD `snoozed_until` integer;--> statement-breakpoint
CREATE INDEX `conversations_snoozed` ON `conversations` (`snoozed_until`) WHERE snoozed_until IS NOT NULL;--> statement-breakpoint
ALTER TABLE `entries` ADD `extra` text;