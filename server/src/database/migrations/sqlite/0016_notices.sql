CREATE TABLE `notifications` (
	`id` text PRIMARY KEY NOT NULL,
	`agent_id` text NOT NULL,
	`data` text NOT NULL,
	`created_at` integer NOT NULL,
	`read_at` integer,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `notifications_agent` ON `notifications` (`agent_id`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `notifications_unread` ON `notifications` (`agent_id`) WHERE read_at IS NULL;--> statement-breakpoint
CREATE INDEX `notifications_age` ON `notifications` (`created_at`);--> statement-breakpoint
CREATE TABLE `inbox_drafts` (
	`id` text PRIMARY KEY NOT NULL,
	`started_by` text NOT NULL,
	`state` text NOT NULL,
	`revision` integer NOT NULL,
	`name` text NOT NULL,
	`api_code` text,
	`team_id` text,
	`colour` text NOT NULL,
	`number` text,
	`voice_forward` text,
	`members` text NOT NULL,
	`confirmed_by` text,
	`number_sid` text,
	`inbox_id` text,
	`problem` text,
	`due_at` integer,
	`claim_no` integer NOT NULL,
	`attempts` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`started_by`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `inbox_drafts_number` ON `inbox_drafts` (`number`) WHERE due_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `inbox_drafts_due` ON `inbox_drafts` (`due_at`) WHERE due_at IS NOT NULL;--> statement-breakpoint
ALTER TABLE `campaigns` ADD `announced_at` integer;--> statement-breakpoint
ALTER TABLE `notices` ADD `to_address` text;