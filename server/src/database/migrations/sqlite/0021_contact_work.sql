CREATE TABLE `contact_acts` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`contact_id` text NOT NULL,
	`actor_id` text NOT NULL,
	`at` integer NOT NULL,
	`data` text NOT NULL,
	`undone_at` integer,
	FOREIGN KEY (`contact_id`) REFERENCES `contacts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `contact_acts_contact` ON `contact_acts` (`contact_id`,`at`);--> statement-breakpoint
CREATE TABLE `contact_chores` (
	`kind` text NOT NULL,
	`contact_id` text NOT NULL,
	`after` text NOT NULL,
	PRIMARY KEY(`kind`, `contact_id`),
	FOREIGN KEY (`contact_id`) REFERENCES `contacts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `contact_chores_contact` ON `contact_chores` (`contact_id`);--> statement-breakpoint
CREATE TABLE `contact_import_rows` (
	`import_id` text NOT NULL,
	`row` integer NOT NULL,
	`cells` text NOT NULL,
	`outcome` text,
	`problem` text,
	`contact_id` text,
	`change` text,
	`kept` integer,
	PRIMARY KEY(`import_id`, `row`),
	FOREIGN KEY (`import_id`) REFERENCES `contact_imports`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `contact_import_rows_contact` ON `contact_import_rows` (`import_id`,`contact_id`) WHERE contact_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `contact_import_rows_failed` ON `contact_import_rows` (`import_id`,`row`) WHERE problem IS NOT NULL;--> statement-breakpoint
CREATE TABLE `contact_imports` (
	`id` text PRIMARY KEY NOT NULL,
	`agent_id` text NOT NULL,
	`file_name` text NOT NULL,
	`bytes` integer NOT NULL,
	`encoding` text NOT NULL,
	`separator` text NOT NULL,
	`header` text NOT NULL,
	`state` text NOT NULL,
	`plan` text,
	`rows` integer NOT NULL,
	`done` integer NOT NULL,
	`cursor` integer NOT NULL,
	`created` integer NOT NULL,
	`changed` integer NOT NULL,
	`unchanged` integer NOT NULL,
	`duplicates` integer NOT NULL,
	`failed` integer NOT NULL,
	`undone` integer NOT NULL,
	`kept` integer NOT NULL,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`finished_at` integer,
	`undone_at` integer,
	`due_at` integer,
	`claim_no` integer NOT NULL,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `contact_imports_newest` ON `contact_imports` (`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `contact_imports_due` ON `contact_imports` (`due_at`) WHERE due_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `contact_tags` (
	`contact_id` text NOT NULL,
	`key` text NOT NULL,
	`tag` text NOT NULL,
	PRIMARY KEY(`contact_id`, `key`),
	FOREIGN KEY (`contact_id`) REFERENCES `contacts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `contact_tags_tag` ON `contact_tags` (`key`,`contact_id`);--> statement-breakpoint
CREATE TABLE `inbox_retention` (
	`inbox_id` text PRIMARY KEY NOT NULL,
	`days` integer NOT NULL,
	`due_at` integer NOT NULL,
	FOREIGN KEY (`inbox_id`) REFERENCES `inboxes`(`id`) ON UPDATE no action ON DELETE no action
);
