CREATE TABLE `campaigns` (
	`team_id` text PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`reason` text,
	`fields` text NOT NULL,
	`brand_sid` text,
	`service_sid` text,
	`campaign_sid` text,
	`revision` integer NOT NULL,
	`submitted_at` integer,
	`due_at` integer,
	`attempts` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`team_id`) REFERENCES `teams`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `campaigns_due` ON `campaigns` (`due_at`) WHERE due_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `carrier_items` (
	`sid` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`key` text NOT NULL,
	`data` text NOT NULL,
	`at` integer NOT NULL,
	`due_at` integer
);
--> statement-breakpoint
CREATE INDEX `carrier_items_kind` ON `carrier_items` (`kind`,`at`);--> statement-breakpoint
CREATE INDEX `carrier_items_key` ON `carrier_items` (`kind`,`key`);--> statement-breakpoint
CREATE INDEX `carrier_items_due` ON `carrier_items` (`due_at`) WHERE due_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `numbers` (
	`id` text PRIMARY KEY NOT NULL,
	`inbox_id` text NOT NULL,
	`e164` text NOT NULL,
	`provider_sid` text NOT NULL,
	`sms` integer NOT NULL,
	`mms` integer NOT NULL,
	`voice` integer NOT NULL,
	`toll_free` integer NOT NULL,
	`is_primary` integer NOT NULL,
	`voice_forward` text,
	`registration` text NOT NULL,
	`created_at` integer NOT NULL,
	`released_at` integer,
	FOREIGN KEY (`inbox_id`) REFERENCES `inboxes`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `numbers_e164` ON `numbers` (`e164`) WHERE released_at IS NULL;--> statement-breakpoint
CREATE INDEX `numbers_inbox` ON `numbers` (`inbox_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `opt_outs` (
	`number_id` text NOT NULL,
	`address` text NOT NULL,
	`nth` integer NOT NULL,
	`state` text NOT NULL,
	`source` text NOT NULL,
	`agent_id` text,
	`conversation_id` text,
	`position` integer,
	`at` integer NOT NULL,
	PRIMARY KEY(`number_id`, `address`, `nth`),
	FOREIGN KEY (`number_id`) REFERENCES `numbers`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `sms_messages` (
	`sid` text PRIMARY KEY NOT NULL,
	`direction` text NOT NULL,
	`conversation_id` text,
	`position` integer,
	`status` text NOT NULL,
	`rank` integer NOT NULL,
	`told_rank` integer NOT NULL,
	`error_code` integer,
	`at` integer NOT NULL,
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `sms_messages_entry` ON `sms_messages` (`conversation_id`,`position`);--> statement-breakpoint
CREATE INDEX `sms_messages_news` ON `sms_messages` (`at`) WHERE told_rank < rank;--> statement-breakpoint
CREATE TABLE `sms_threads` (
	`conversation_id` text PRIMARY KEY NOT NULL,
	`number_id` text NOT NULL,
	`address` text NOT NULL,
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`number_id`) REFERENCES `numbers`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sms_threads_parties` ON `sms_threads` (`number_id`,`address`);