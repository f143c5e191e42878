CREATE TABLE `hand_ons` (
	`id` text PRIMARY KEY NOT NULL,
	`agent_id` text NOT NULL,
	`by` text NOT NULL,
	`assignments_to` text,
	`drafts_to` text,
	`contacts_to` text,
	`created_at` integer NOT NULL,
	`due_at` integer,
	`assigned` integer NOT NULL,
	`cleared` integer NOT NULL,
	`drafts` integer NOT NULL,
	`contacts` integer NOT NULL,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`by`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `hand_ons_due` ON `hand_ons` (`due_at`) WHERE due_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `recovery_codes` (
	`agent_id` text NOT NULL,
	`code_hash` text NOT NULL,
	`used_at` integer,
	PRIMARY KEY(`agent_id`, `code_hash`),
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `second_factors` (
	`agent_id` text PRIMARY KEY NOT NULL,
	`sealed_secret` text NOT NULL,
	`confirmed_at` integer,
	`last_step` integer NOT NULL,
	`failures` integer NOT NULL,
	`failing_since` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `user_links` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`agent_id` text NOT NULL,
	`token_hash` text NOT NULL,
	`sent_to` text NOT NULL,
	`proves` integer NOT NULL,
	`created_by` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	`ended_at` integer,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`created_by`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `user_links_token` ON `user_links` (`token_hash`);--> statement-breakpoint
CREATE INDEX `user_links_agent` ON `user_links` (`agent_id`,`kind`);--> statement-breakpoint
ALTER TABLE `agents` ADD `state` text DEFAULT 'active' NOT NULL;--> statement-breakpoint
ALTER TABLE `agents` ADD `state_at` integer;--> statement-breakpoint
ALTER TABLE `agents` ADD `verified_at` integer;--> statement-breakpoint
ALTER TABLE `agents` ADD `verified_via` text;--> statement-breakpoint
ALTER TABLE `agents` ADD `factor_required` integer DEFAULT false NOT NULL;--> statement-breakpoint
UPDATE `agents` SET `state` = 'deactivated' WHERE `active` = 0;--> statement-breakpoint
ALTER TABLE `agents` DROP COLUMN `active`;