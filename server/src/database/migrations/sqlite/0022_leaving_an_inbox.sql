ALTER TABLE `hand_ons` ADD `inbox_id` text;--> statement-breakpoint
CREATE INDEX `drafts_agent` ON `drafts` (`agent_id`,`kind`,`conversation_id`);--> statement-breakpoint
CREATE INDEX `user_links_over` ON `user_links` (`kind`,`expires_at`);