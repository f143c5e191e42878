CREATE TABLE `agents` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`email` text,
	`role` text NOT NULL,
	`password_hash` text,
	`external_id` text,
	`active` integer NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `agents_email` ON `agents` (`email`);--> statement-breakpoint
CREATE UNIQUE INDEX `agents_external_id` ON `agents` (`external_id`);--> statement-breakpoint
CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`agent_id` text NOT NULL,
	`name` text NOT NULL,
	`key_hash` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	`ended_at` integer,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`created_by`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_hash` ON `api_keys` (`key_hash`);--> statement-breakpoint
CREATE TABLE `audit` (
	`id` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`actor_id` text,
	`action` text NOT NULL,
	`object_type` text NOT NULL,
	`object_id` text NOT NULL,
	`details` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_at` ON `audit` (`at`);--> statement-breakpoint
CREATE TABLE `contacts` (
	`id` text PRIMARY KEY NOT NULL,
	`channel` text NOT NULL,
	`address` text NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `contacts_address` ON `contacts` (`channel`,`address`);--> statement-breakpoint
CREATE TABLE `conversations` (
	`id` text PRIMARY KEY NOT NULL,
	`inbox_id` text NOT NULL,
	`number` integer NOT NULL,
	`channel` text NOT NULL,
	`contact_id` text NOT NULL,
	`subject` text NOT NULL,
	`status` text NOT NULL,
	`assignee_id` text,
	`preview_kind` text NOT NULL,
	`preview_author` text NOT NULL,
	`preview_text` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_at` integer NOT NULL,
	`newest_position` integer NOT NULL,
	`newest_incoming` integer NOT NULL,
	`lock_epoch` integer NOT NULL,
	FOREIGN KEY (`inbox_id`) REFERENCES `inboxes`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`contact_id`) REFERENCES `contacts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`assignee_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `conversations_number` ON `conversations` (`number`);--> statement-breakpoint
CREATE INDEX `conversations_list` ON `conversations` (`inbox_id`,`status`,`last_at`,`id`);--> statement-breakpoint
CREATE INDEX `conversations_assignee` ON `conversations` (`assignee_id`,`inbox_id`,`status`,`last_at`,`id`);--> statement-breakpoint
CREATE INDEX `conversations_contact` ON `conversations` (`contact_id`);--> statement-breakpoint
CREATE TABLE `counters` (
	`name` text PRIMARY KEY NOT NULL,
	`value` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `drafts` (
	`conversation_id` text NOT NULL,
	`agent_id` text NOT NULL,
	`kind` text NOT NULL,
	`body` text NOT NULL,
	`revision` integer NOT NULL,
	`saved_at` integer NOT NULL,
	PRIMARY KEY(`conversation_id`, `agent_id`, `kind`),
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `entries` (
	`conversation_id` text NOT NULL,
	`position` integer NOT NULL,
	`id` text NOT NULL,
	`at` integer NOT NULL,
	`kind` text NOT NULL,
	`agent_id` text,
	`contact_id` text,
	`body` text NOT NULL,
	`activity` text,
	PRIMARY KEY(`conversation_id`, `position`),
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`contact_id`) REFERENCES `contacts`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `entries_id` ON `entries` (`id`);--> statement-breakpoint
CREATE TABLE `events` (
	`stream` text NOT NULL,
	`seq` integer NOT NULL,
	`at` integer NOT NULL,
	`data` text NOT NULL,
	PRIMARY KEY(`stream`, `seq`),
	FOREIGN KEY (`stream`) REFERENCES `streams`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `inbound` (
	`inbox_id` text NOT NULL,
	`channel` text NOT NULL,
	`provider_id` text NOT NULL,
	`conversation_id` text NOT NULL,
	`position` integer NOT NULL,
	PRIMARY KEY(`inbox_id`, `channel`, `provider_id`),
	FOREIGN KEY (`inbox_id`) REFERENCES `inboxes`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `inbox_members` (
	`inbox_id` text NOT NULL,
	`agent_id` text NOT NULL,
	`capability` text NOT NULL,
	`since` integer NOT NULL,
	PRIMARY KEY(`inbox_id`, `agent_id`),
	FOREIGN KEY (`inbox_id`) REFERENCES `inboxes`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `inbox_members_agent` ON `inbox_members` (`agent_id`);--> statement-breakpoint
CREATE TABLE `inboxes` (
	`id` text PRIMARY KEY NOT NULL,
	`team_id` text NOT NULL,
	`name` text NOT NULL,
	`api_code` text NOT NULL,
	`colour` text NOT NULL,
	`lock_on` text NOT NULL,
	`lock_ttl` integer NOT NULL,
	`reconnect_grace` integer NOT NULL,
	`idle_after` integer NOT NULL,
	`idle_grace` integer NOT NULL,
	`ask_grace` integer NOT NULL,
	`offer_time` integer NOT NULL,
	`member_version` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`team_id`) REFERENCES `teams`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `inboxes_api_code` ON `inboxes` (`api_code`);--> statement-breakpoint
CREATE TABLE `instances` (
	`id` text PRIMARY KEY NOT NULL,
	`mode` text NOT NULL,
	`host` text NOT NULL,
	`pid` integer NOT NULL,
	`started_at` integer NOT NULL,
	`heartbeat_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `lock_epochs` (
	`conversation_id` text NOT NULL,
	`epoch` integer NOT NULL,
	`agent_id` text NOT NULL,
	`session_id` text,
	`connection_no` integer NOT NULL,
	`lease_token` text NOT NULL,
	`request_id` text NOT NULL,
	`lock_on` text NOT NULL,
	`granted_at` integer NOT NULL,
	`active_at` integer NOT NULL,
	`idle_asked_at` integer,
	`idle_deadline` integer,
	`last_asked_at` integer,
	`gone_deadline` integer,
	`ended_at` integer,
	`end_reason` text,
	`ended_by` text,
	PRIMARY KEY(`conversation_id`, `epoch`),
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`ended_by`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `lock_epochs_agent` ON `lock_epochs` (`conversation_id`,`epoch`,`agent_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `lock_epochs_request` ON `lock_epochs` (`conversation_id`,`request_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `lock_epochs_open` ON `lock_epochs` (`conversation_id`) WHERE ended_at IS NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `lock_epochs_open_agent` ON `lock_epochs` (`agent_id`) WHERE ended_at IS NULL AND lock_on = 'open';--> statement-breakpoint
CREATE INDEX `lock_epochs_session` ON `lock_epochs` (`session_id`) WHERE ended_at IS NULL;--> statement-breakpoint
CREATE TABLE `meta` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `notes` (
	`conversation_id` text NOT NULL,
	`position` integer NOT NULL,
	`agent_id` text NOT NULL,
	`client_message_id` text NOT NULL,
	`request_hash` text NOT NULL,
	`event_seq` integer NOT NULL,
	PRIMARY KEY(`conversation_id`, `position`),
	FOREIGN KEY (`conversation_id`,`position`) REFERENCES `entries`(`conversation_id`,`position`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `notes_client_id` ON `notes` (`agent_id`,`client_message_id`);--> statement-breakpoint
CREATE TABLE `outbox` (
	`id` text PRIMARY KEY NOT NULL,
	`inbox_id` text NOT NULL,
	`conversation_id` text NOT NULL,
	`position` integer NOT NULL,
	`channel` text NOT NULL,
	`message_key` text NOT NULL,
	`state` text NOT NULL,
	`due_at` integer NOT NULL,
	`attempts` integer NOT NULL,
	`claim_no` integer NOT NULL,
	`claim_deadline` integer,
	`last_error` text,
	FOREIGN KEY (`inbox_id`) REFERENCES `inboxes`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `outbox_message_key` ON `outbox` (`message_key`);--> statement-breakpoint
CREATE UNIQUE INDEX `outbox_entry` ON `outbox` (`conversation_id`,`position`);--> statement-breakpoint
CREATE INDEX `outbox_due` ON `outbox` (`state`,`due_at`);--> statement-breakpoint
CREATE TABLE `outbox_attempts` (
	`outbox_id` text NOT NULL,
	`claim_no` integer NOT NULL,
	`started_at` integer NOT NULL,
	`ended_at` integer,
	`outcome` text,
	`error` text,
	PRIMARY KEY(`outbox_id`, `claim_no`),
	FOREIGN KEY (`outbox_id`) REFERENCES `outbox`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `read_marks` (
	`agent_id` text NOT NULL,
	`conversation_id` text NOT NULL,
	`position` integer NOT NULL,
	PRIMARY KEY(`agent_id`, `conversation_id`),
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `replies` (
	`conversation_id` text NOT NULL,
	`position` integer NOT NULL,
	`agent_id` text NOT NULL,
	`lock_epoch` integer NOT NULL,
	`client_message_id` text NOT NULL,
	`request_hash` text NOT NULL,
	`late_send` integer NOT NULL,
	`delivery` text NOT NULL,
	`delivery_at` integer,
	`delivery_reason` text,
	`event_seq` integer NOT NULL,
	PRIMARY KEY(`conversation_id`, `position`),
	FOREIGN KEY (`conversation_id`,`lock_epoch`,`agent_id`) REFERENCES `lock_epochs`(`conversation_id`,`epoch`,`agent_id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`conversation_id`,`position`) REFERENCES `entries`(`conversation_id`,`position`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `replies_client_id` ON `replies` (`agent_id`,`client_message_id`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`agent_id` text NOT NULL,
	`sign_in_id` text,
	`kind` text NOT NULL,
	`key_hash` text NOT NULL,
	`device` text NOT NULL,
	`connection_no` integer NOT NULL,
	`server_id` text,
	`created_at` integer NOT NULL,
	`seen_at` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `sessions_agent` ON `sessions` (`agent_id`);--> statement-breakpoint
CREATE TABLE `sign_ins` (
	`id` text PRIMARY KEY NOT NULL,
	`agent_id` text NOT NULL,
	`refresh_hash` text NOT NULL,
	`previous_hash` text,
	`rotated_at` integer NOT NULL,
	`user_agent` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `sign_ins_agent` ON `sign_ins` (`agent_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `sign_ins_refresh` ON `sign_ins` (`refresh_hash`);--> statement-breakpoint
CREATE TABLE `simulator_deliveries` (
	`message_key` text PRIMARY KEY NOT NULL,
	`inbox_id` text NOT NULL,
	`conversation_id` text NOT NULL,
	`address` text NOT NULL,
	`author` text NOT NULL,
	`body` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `simulator_deliveries_address` ON `simulator_deliveries` (`inbox_id`,`address`,`at`);--> statement-breakpoint
CREATE TABLE `streams` (
	`id` text PRIMARY KEY NOT NULL,
	`last_seq` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `team_members` (
	`team_id` text NOT NULL,
	`agent_id` text NOT NULL,
	PRIMARY KEY(`team_id`, `agent_id`),
	FOREIGN KEY (`team_id`) REFERENCES `teams`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`agent_id`) REFERENCES `agents`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `teams` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `token_issuers` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`secret` text NOT NULL,
	`issuer` text NOT NULL,
	`audience` text NOT NULL,
	`allowed_origins` text NOT NULL,
	`created_at` integer NOT NULL,
	`ended_at` integer
);
