CREATE TABLE `automatic_answers` (
	`kind` text NOT NULL,
	`owner_id` text NOT NULL,
	`contact_id` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`kind`, `owner_id`, `contact_id`),
	FOREIGN KEY (`contact_id`) REFERENCES `contacts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `notices` (
	`id` text PRIMARY KEY NOT NULL,
	`agent_id` text NOT NULL,
	`subject` text NOT NULL,
	`body` text NOT NULL,
	`created_at` integer NOT NULL,
	`due_at` integer,
	`claim_no` integer NOT NULL,
	`attempts` integer NOT NULL,
	`sent_at` integer,
	`problem` text,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `notices_due` ON `notices` (`due_at`) WHERE due_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `office_hours` (
	`kind` text NOT NULL,
	`owner_id` text NOT NULL,
	`hours` text,
	`out_of_office` text NOT NULL,
	`mode` text NOT NULL,
	`changed_at` integer NOT NULL,
	`continues_from` integer,
	PRIMARY KEY(`kind`, `owner_id`)
);
