CREATE TABLE `contact_addresses` (
	`id` text PRIMARY KEY NOT NULL,
	`contact_id` text NOT NULL,
	`channel` text NOT NULL,
	`address` text NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`contact_id`) REFERENCES `contacts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
INSERT INTO `contact_addresses`("id", "contact_id", "channel", "address", "name", "created_at", "used_at") SELECT "id", "id", "channel", "address", "name", "created_at", "created_at" FROM `contacts`;--> statement-breakpoint
CREATE UNIQUE INDEX `contact_addresses_address` ON `contact_addresses` (`channel`,`address`);--> statement-breakpoint
CREATE INDEX `contact_addresses_contact` ON `contact_addresses` (`contact_id`);--> statement-breakpoint
CREATE TABLE `__new_contacts` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`name_key` text NOT NULL,
	`owner_id` text,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`merged_into` text,
	`erased_at` integer,
	FOREIGN KEY (`owner_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
INSERT INTO `__new_contacts`("id", "name", "name_key", "version", "created_at") SELECT "id", "name", '', 1, "created_at" FROM `contacts`;--> statement-breakpoint
DROP TABLE `contacts`;--> statement-breakpoint
ALTER TABLE `__new_contacts` RENAME TO `contacts`;--> statement-breakpoint
CREATE INDEX `contacts_list` ON `contacts` (`name_key`,`id`);--> statement-breakpoint
CREATE INDEX `contacts_owner` ON `contacts` (`owner_id`,`name_key`,`id`) WHERE owner_id IS NOT NULL;--> statement-breakpoint
CREATE TABLE `__new_conversations` (
	`id` text PRIMARY KEY NOT NULL,
	`inbox_id` text NOT NULL,
	`number` integer NOT NULL,
	`channel` text NOT NULL,
	`contact_id` text NOT NULL,
	`address_id` text NOT NULL,
	`subject` text NOT NULL,
	`status` text NOT NULL,
	`snoozed_until` integer,
	`assignee_id` text,
	`preview_kind` text NOT NULL,
	`preview_author` text NOT NULL,
	`preview_text` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_at` integer NOT NULL,
	`newest_position` integer NOT NULL,
	`newest_incoming` integer NOT NULL,
	`lock_epoch` integer NOT NULL,
	`wiped_at` integer,
	FOREIGN KEY (`inbox_id`) REFERENCES `inboxes`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`contact_id`) REFERENCES `contacts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`address_id`) REFERENCES `contact_addresses`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`assignee_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
INSERT INTO `__new_conversations`("id", "inbox_id", "number", "channel", "contact_id", "address_id", "subject", "status", "snoozed_until", "assignee_id", "preview_kind", "preview_author", "preview_text", "created_at", "last_at", "newest_position", "newest_incoming", "lock_epoch") SELECT "id", "inbox_id", "number", "channel", "contact_id", "contact_id", "subject", "status", "snoozed_until", "assignee_id", "preview_kind", "preview_author", "preview_text", "created_at", "last_at", "newest_position", "newest_incoming", "lock_epoch" FROM `conversations`;--> statement-breakpoint
DROP TABLE `conversations`;--> statement-breakpoint
ALTER TABLE `__new_conversations` RENAME TO `conversations`;--> statement-breakpoint
CREATE UNIQUE INDEX `conversations_number` ON `conversations` (`number`);--> statement-breakpoint
CREATE INDEX `conversations_list` ON `conversations` (`inbox_id`,`status`,`last_at`,`id`);--> statement-breakpoint
CREATE INDEX `conversations_assignee` ON `conversations` (`assignee_id`,`inbox_id`,`status`,`last_at`,`id`);--> statement-breakpoint
CREATE INDEX `conversations_contact` ON `conversations` (`contact_id`);--> statement-breakpoint
CREATE INDEX `conversations_address` ON `conversations` (`address_id`);--> statement-breakpoint
CREATE INDEX `conversations_snoozed` ON `conversations` (`snoozed_until`) WHERE snoozed_until IS NOT NULL;--> statement-breakpoint
CREATE TABLE `__new_entries` (
	`conversation_id` text NOT NULL,
	`position` integer NOT NULL,
	`id` text NOT NULL,
	`at` integer NOT NULL,
	`kind` text NOT NULL,
	`agent_id` text,
	`address_id` text,
	`body` text NOT NULL,
	`activity` text,
	`extra` text,
	PRIMARY KEY(`conversation_id`, `position`),
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
INSERT INTO `__new_entries`("conversation_id", "position", "id", "at", "kind", "agent_id", "address_id", "body", "activity", "extra") SELECT "conversation_id", "position", "id", "at", "kind", "agent_id", "contact_id", "body", "activity", "extra" FROM `entries`;--> statement-breakpoint
DROP TABLE `entries`;--> statement-breakpoint
ALTER TABLE `__new_entries` RENAME TO `entries`;--> statement-breakpoint
CREATE UNIQUE INDEX `entries_id` ON `entries` (`id`);--> statement-breakpoint
CREATE INDEX `automatic_answers_contact` ON `automatic_answers` (`contact_id`);
