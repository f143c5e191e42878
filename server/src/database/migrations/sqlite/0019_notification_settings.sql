CREATE TABLE `notification_settings` (
	`agent_id` text PRIMARY KEY NOT NULL,
	`data` text NOT NULL,
	`changed_at` integer NOT NULL,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
