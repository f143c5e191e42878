CREATE TABLE `address_troubles` (
	`address` text PRIMARY KEY NOT NULL,
	`gone_at` integer,
	`gone_reason` text,
	`gone_code` text,
	`complained_at` integer
);
--> statement-breakpoint
CREATE TABLE `correspondences` (
	`inbox_id` text NOT NULL,
	`address` text NOT NULL,
	`incoming` text NOT NULL,
	`machine_turns` integer NOT NULL,
	`answered_at` integer,
	`stopped_until` integer,
	PRIMARY KEY(`inbox_id`, `address`),
	FOREIGN KEY (`inbox_id`) REFERENCES `inboxes`(`id`) ON UPDATE no action ON DELETE no action
);
