CREATE TABLE `mailbox_requests` (
	`id` text PRIMARY KEY NOT NULL,
	`owner_id` text NOT NULL,
	`requested_by` text NOT NULL,
	`via` text NOT NULL,
	`address` text NOT NULL,
	`note` text NOT NULL,
	`state` text NOT NULL,
	`identified_by` text,
	`reason` text,
	`decided_by` text,
	`decided_at` integer,
	`terms_version` integer,
	`terms_by` text,
	`terms_at` integer,
	`code_hash` text,
	`code_until` integer,
	`code_tries` integer NOT NULL,
	`mailbox_id` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`owner_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`requested_by`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`decided_by`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`terms_by`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`mailbox_id`) REFERENCES `mailboxes`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `mailbox_requests_address` ON `mailbox_requests` (`address`) WHERE state = 'requested' OR state = 'approved';--> statement-breakpoint
CREATE INDEX `mailbox_requests_owner` ON `mailbox_requests` (`owner_id`);--> statement-breakpoint
CREATE INDEX `mailbox_requests_state` ON `mailbox_requests` (`state`,`created_at`);--> statement-breakpoint
CREATE INDEX `mailbox_requests_mailbox` ON `mailbox_requests` (`mailbox_id`);--> statement-breakpoint
CREATE TABLE `personal_readings` (
	`id` text PRIMARY KEY NOT NULL,
	`inbox_id` text NOT NULL,
	`agent_id` text NOT NULL,
	`reason` text NOT NULL,
	`created_at` integer NOT NULL,
	`until` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`inbox_id`) REFERENCES `inboxes`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `personal_readings_inbox` ON `personal_readings` (`inbox_id`,`created_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `personal_readings_open` ON `personal_readings` (`inbox_id`,`agent_id`) WHERE ended_at IS NULL;--> statement-breakpoint
CREATE INDEX `personal_readings_due` ON `personal_readings` (`until`) WHERE ended_at IS NULL;--> statement-breakpoint
CREATE TABLE `seats` (
	`agent_id` text PRIMARY KEY NOT NULL,
	`mailbox_limit` integer,
	`contract` text NOT NULL,
	`granted_by` text,
	`granted_at` integer NOT NULL,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`granted_by`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
ALTER TABLE `inboxes` ADD `kind` text DEFAULT 'shared' NOT NULL;--> statement-breakpoint
ALTER TABLE `inboxes` ADD `owner_id` text REFERENCES agents(id);--> statement-breakpoint
ALTER TABLE `inboxes` ADD `home_address` text;--> statement-breakpoint
CREATE INDEX `inboxes_owner` ON `inboxes` (`owner_id`) WHERE owner_id IS NOT NULL;