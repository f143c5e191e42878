CREATE TABLE `mailbox_copies` (
	`mail_id` text PRIMARY KEY NOT NULL,
	`mailbox_id` text NOT NULL,
	`conversation_id` text NOT NULL,
	`position` integer NOT NULL,
	`attempts` integer NOT NULL,
	`due_at` integer NOT NULL,
	FOREIGN KEY (`mailbox_id`) REFERENCES `mailboxes`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `mailbox_copies_due` ON `mailbox_copies` (`mailbox_id`,`due_at`);--> statement-breakpoint
CREATE TABLE `mailbox_folders` (
	`mailbox_id` text NOT NULL,
	`folder` text NOT NULL,
	`kind` text NOT NULL,
	`uid_validity` text NOT NULL,
	`last_uid` integer NOT NULL,
	`import_below` integer NOT NULL,
	`import_since` integer NOT NULL,
	`import_total` integer NOT NULL,
	`import_done` integer NOT NULL,
	`imported_at` integer,
	`tries` integer NOT NULL,
	`scanned_at` integer,
	PRIMARY KEY(`mailbox_id`, `folder`),
	FOREIGN KEY (`mailbox_id`) REFERENCES `mailboxes`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `mailbox_mails` (
	`mailbox_id` text NOT NULL,
	`folder` text NOT NULL,
	`uid_validity` text NOT NULL,
	`uid` integer NOT NULL,
	`outcome` text NOT NULL,
	`conversation_id` text,
	`position` integer,
	`reason` text,
	`at` integer NOT NULL,
	PRIMARY KEY(`mailbox_id`, `folder`, `uid_validity`, `uid`),
	FOREIGN KEY (`mailbox_id`) REFERENCES `mailboxes`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `mailbox_mails_troubles` ON `mailbox_mails` (`mailbox_id`,`at`) WHERE reason IS NOT NULL;--> statement-breakpoint
CREATE TABLE `mailboxes` (
	`id` text PRIMARY KEY NOT NULL,
	`inbox_id` text NOT NULL,
	`owner_id` text,
	`address` text NOT NULL,
	`name` text NOT NULL,
	`incoming` text NOT NULL,
	`outgoing` text,
	`secrets` text NOT NULL,
	`version` integer NOT NULL,
	`state` text NOT NULL,
	`failed_part` text,
	`failed_code` text,
	`failed_reason` text,
	`state_at` integer NOT NULL,
	`master_id` text,
	`rate_per_minute` integer NOT NULL,
	`claimed_by` text,
	`claim_no` integer NOT NULL,
	`claim_deadline` integer,
	`created_by` text,
	`created_at` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`inbox_id`) REFERENCES `inboxes`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`owner_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`master_id`) REFERENCES `mailboxes`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`created_by`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `mailboxes_address` ON `mailboxes` (`address`) WHERE ended_at IS NULL;--> statement-breakpoint
CREATE INDEX `mailboxes_inbox` ON `mailboxes` (`inbox_id`);--> statement-breakpoint
ALTER TABLE `inbox_addresses` ADD `mailbox_id` text REFERENCES mailboxes(id);--> statement-breakpoint
CREATE INDEX `inbox_addresses_mailbox` ON `inbox_addresses` (`mailbox_id`);