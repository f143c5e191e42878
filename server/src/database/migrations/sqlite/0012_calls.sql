CREATE TABLE `agent_phones` (
	`agent_id` text PRIMARY KEY NOT NULL,
	`e164` text NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `call_routings` (
	`inbox_id` text PRIMARY KEY NOT NULL,
	`routing` text NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`inbox_id`) REFERENCES `inboxes`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `call_steps` (
	`call_id` text NOT NULL,
	`nth` integer NOT NULL,
	`at` integer NOT NULL,
	`what` text NOT NULL,
	`details` text NOT NULL,
	PRIMARY KEY(`call_id`, `nth`),
	FOREIGN KEY (`call_id`) REFERENCES `calls`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `calls` (
	`id` text PRIMARY KEY NOT NULL,
	`sid` text,
	`direction` text NOT NULL,
	`number_id` text NOT NULL,
	`address` text NOT NULL,
	`conversation_id` text,
	`position` integer,
	`agent_id` text,
	`client_id` text,
	`forwarded_to` text,
	`state` text NOT NULL,
	`rank` integer NOT NULL,
	`why` text,
	`plan` text,
	`started_at` integer NOT NULL,
	`answered_at` integer,
	`ended_at` integer,
	`seconds` integer,
	`steps` integer NOT NULL,
	`due_at` integer,
	FOREIGN KEY (`number_id`) REFERENCES `numbers`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `calls_sid` ON `calls` (`sid`);--> statement-breakpoint
CREATE UNIQUE INDEX `calls_client` ON `calls` (`agent_id`,`client_id`) WHERE client_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `calls_due` ON `calls` (`due_at`) WHERE due_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `voicemails` (
	`sid` text PRIMARY KEY NOT NULL,
	`call_id` text NOT NULL,
	`url` text NOT NULL,
	`seconds` integer NOT NULL,
	`transcript` text,
	`conversation_id` text,
	`position` integer,
	`attempts` integer NOT NULL,
	`due_at` integer,
	`at` integer NOT NULL,
	FOREIGN KEY (`call_id`) REFERENCES `calls`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `voicemails_due` ON `voicemails` (`due_at`) WHERE due_at IS NOT NULL;