CREATE TABLE `dealt_turns` (
	`inbox_id` text NOT NULL,
	`agent_id` text NOT NULL,
	`turn` integer NOT NULL,
	PRIMARY KEY(`inbox_id`, `agent_id`),
	FOREIGN KEY (`inbox_id`) REFERENCES `inboxes`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `inbox_assignment` (
	`inbox_id` text PRIMARY KEY NOT NULL,
	`round_robin` integer NOT NULL,
	`cap` integer NOT NULL,
	`on_reply` integer NOT NULL,
	`turns` integer NOT NULL,
	FOREIGN KEY (`inbox_id`) REFERENCES `inboxes`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `saved_views` (
	`id` text PRIMARY KEY NOT NULL,
	`owner_id` text NOT NULL,
	`shared` integer NOT NULL,
	`name` text NOT NULL,
	`filter` text NOT NULL,
	`created_at` integer NOT NULL,
	`changed_at` integer NOT NULL,
	FOREIGN KEY (`owner_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `saved_views_owner` ON `saved_views` (`owner_id`);--> statement-breakpoint
CREATE INDEX `saved_views_shared` ON `saved_views` (`shared`,`id`);--> statement-breakpoint
DROP INDEX `conversations_assignee`;--> statement-breakpoint
ALTER TABLE `conversations` ADD `responsible_id` text REFERENCES agents(id);--> statement-breakpoint
ALTER TABLE `conversations` ADD `team_id` text REFERENCES teams(id);--> statement-breakpoint
CREATE INDEX `conversations_responsible` ON `conversations` (`responsible_id`,`inbox_id`,`status`,`last_at`,`id`);--> statement-breakpoint
CREATE INDEX `conversations_team` ON `conversations` (`team_id`,`inbox_id`,`status`,`last_at`,`id`) WHERE team_id IS NOT NULL;
--> statement-breakpoint
UPDATE `conversations` SET `responsible_id` = `assignee_id` WHERE `assignee_id` IS NOT NULL;