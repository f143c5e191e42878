CREATE TABLE `signatures` (
	`agent_id` text NOT NULL,
	`inbox_id` text NOT NULL,
	`body` text NOT NULL,
	`html` text,
	`changed_at` integer NOT NULL,
	PRIMARY KEY(`agent_id`, `inbox_id`)
);
--> statement-breakpoint
CREATE TABLE `dkim_keys` (
	`domain` text PRIMARY KEY NOT NULL,
	`selector` text NOT NULL,
	`sealed_key` text NOT NULL,
	`public_key` text NOT NULL,
	`active` integer NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `reply_recipients` (
	`conversation_id` text NOT NULL,
	`position` integer NOT NULL,
	`address` text NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`state` text NOT NULL,
	`reason` text,
	`code` text,
	`at` integer NOT NULL,
	PRIMARY KEY(`conversation_id`, `position`, `address`),
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `scheduled_replies` (
	`id` text PRIMARY KEY NOT NULL,
	`conversation_id` text NOT NULL,
	`agent_id` text NOT NULL,
	`client_id` text NOT NULL,
	`request_hash` text NOT NULL,
	`reply` text NOT NULL,
	`last_seen` integer NOT NULL,
	`send_at` integer NOT NULL,
	`due_at` integer NOT NULL,
	`state` text NOT NULL,
	`reason` text,
	`position` integer,
	`created_at` integer NOT NULL,
	`changed_at` integer NOT NULL,
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `scheduled_replies_client_id` ON `scheduled_replies` (`agent_id`,`client_id`);--> statement-breakpoint
CREATE INDEX `scheduled_replies_due` ON `scheduled_replies` (`state`,`due_at`);--> statement-breakpoint
CREATE INDEX `scheduled_replies_conversation` ON `scheduled_replies` (`conversation_id`,`state`);--> statement-breakpoint
ALTER TABLE `agents` ADD `undo_for` integer;--> statement-breakpoint
ALTER TABLE `replies` ADD `delivery_recipients` text;--> statement-breakpoint
ALTER TABLE `attachments` ADD `reserved_for` text;