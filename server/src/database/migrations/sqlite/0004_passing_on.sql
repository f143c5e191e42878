CREATE TABLE `lock_asks` (
	`id` text PRIMARY KEY NOT NULL,
	`conversation_id` text NOT NULL,
	`epoch` integer NOT NULL,
	`agent_id` text NOT NULL,
	`session_id` text NOT NULL,
	`note` text NOT NULL,
	`asked_at` integer NOT NULL,
	`deadline` integer NOT NULL,
	`closed_at` integer,
	`outcome` text,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`conversation_id`,`epoch`) REFERENCES `lock_epochs`(`conversation_id`,`epoch`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `lock_asks_open` ON `lock_asks` (`conversation_id`,`epoch`,`agent_id`) WHERE closed_at IS NULL;--> statement-breakpoint
CREATE INDEX `lock_asks_due` ON `lock_asks` (`deadline`) WHERE closed_at IS NULL;--> statement-breakpoint
CREATE INDEX `lock_asks_agent` ON `lock_asks` (`agent_id`) WHERE closed_at IS NULL;--> statement-breakpoint
CREATE TABLE `lock_line` (
	`conversation_id` text NOT NULL,
	`agent_id` text NOT NULL,
	`place` integer NOT NULL,
	`since` integer NOT NULL,
	PRIMARY KEY(`conversation_id`, `agent_id`),
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `lock_line_place` ON `lock_line` (`conversation_id`,`place`);--> statement-breakpoint
CREATE INDEX `lock_line_agent` ON `lock_line` (`agent_id`);--> statement-breakpoint
CREATE TABLE `lock_offers` (
	`conversation_id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`agent_id` text NOT NULL,
	`epoch` integer NOT NULL,
	`note` text NOT NULL,
	`lease_token` text NOT NULL,
	`offered_at` integer NOT NULL,
	`until` integer NOT NULL,
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `lock_offers_until` ON `lock_offers` (`until`);--> statement-breakpoint
CREATE INDEX `lock_offers_agent` ON `lock_offers` (`agent_id`);--> statement-breakpoint
ALTER TABLE `inboxes` ADD `hand_over_time` integer DEFAULT 60000 NOT NULL;--> statement-breakpoint
ALTER TABLE `inboxes` ADD `take_over_by` text DEFAULT 'admins' NOT NULL;