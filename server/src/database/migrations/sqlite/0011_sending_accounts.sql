CREATE TABLE `sending_accounts` (
	`account` text PRIMARY KEY NOT NULL,
	`failures` integer NOT NULL,
	`pauses` integer NOT NULL,
	`wait_until` integer NOT NULL,
	`wait_reason` text,
	`probe` text,
	`last_error` text,
	`failing_since` integer
);
--> statement-breakpoint
ALTER TABLE `dkim_keys` ADD `next_selector` text;--> statement-breakpoint
ALTER TABLE `dkim_keys` ADD `next_sealed_key` text;--> statement-breakpoint
ALTER TABLE `dkim_keys` ADD `next_public_key` text;--> statement-breakpoint
ALTER TABLE `outbox` ADD `account` text;--> statement-breakpoint
ALTER TABLE `outbox` ADD `waits` text;--> statement-breakpoint
ALTER TABLE `outbox_attempts` ADD `account` text;--> statement-breakpoint
CREATE INDEX `outbox_attempts_account` ON `outbox_attempts` (`account`,`started_at`) WHERE account IS NOT NULL;