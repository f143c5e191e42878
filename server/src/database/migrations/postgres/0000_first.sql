CREATE TABLE "agents" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"email" text COLLATE "C",
	"role" text COLLATE "C" NOT NULL,
	"password_hash" text COLLATE "C",
	"external_id" text COLLATE "C",
	"active" smallint NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"agent_id" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"key_hash" text COLLATE "C" NOT NULL,
	"created_by" text COLLATE "C" NOT NULL,
	"created_at" bigint NOT NULL,
	"last_used_at" bigint,
	"ended_at" bigint
);
--> statement-breakpoint
CREATE TABLE "audit" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"at" bigint NOT NULL,
	"actor_id" text COLLATE "C",
	"action" text COLLATE "C" NOT NULL,
	"object_type" text COLLATE "C" NOT NULL,
	"object_id" text COLLATE "C" NOT NULL,
	"details" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "contacts" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"channel" text COLLATE "C" NOT NULL,
	"address" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "conversations" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"inbox_id" text COLLATE "C" NOT NULL,
	"number" bigint NOT NULL,
	"channel" text COLLATE "C" NOT NULL,
	"contact_id" text COLLATE "C" NOT NULL,
	"subject" text COLLATE "C" NOT NULL,
	"status" text COLLATE "C" NOT NULL,
	"assignee_id" text COLLATE "C",
	"preview_kind" text COLLATE "C" NOT NULL,
	"preview_author" text COLLATE "C" NOT NULL,
	"preview_text" text COLLATE "C" NOT NULL,
	"created_at" bigint NOT NULL,
	"last_at" bigint NOT NULL,
	"newest_position" bigint NOT NULL,
	"newest_incoming" bigint NOT NULL,
	"lock_epoch" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "counters" (
	"name" text COLLATE "C" PRIMARY KEY NOT NULL,
	"value" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "drafts" (
	"conversation_id" text COLLATE "C" NOT NULL,
	"agent_id" text COLLATE "C" NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"body" text COLLATE "C" NOT NULL,
	"revision" integer NOT NULL,
	"saved_at" bigint NOT NULL,
	CONSTRAINT "drafts_conversation_id_agent_id_kind_pk" PRIMARY KEY("conversation_id","agent_id","kind")
);
--> statement-breakpoint
CREATE TABLE "entries" (
	"conversation_id" text COLLATE "C" NOT NULL,
	"position" bigint NOT NULL,
	"id" text COLLATE "C" NOT NULL,
	"at" bigint NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"agent_id" text COLLATE "C",
	"contact_id" text COLLATE "C",
	"body" text COLLATE "C" NOT NULL,
	"activity" text COLLATE "C",
	CONSTRAINT "entries_conversation_id_position_pk" PRIMARY KEY("conversation_id","position")
);
--> statement-breakpoint
CREATE TABLE "events" (
	"stream" text COLLATE "C" NOT NULL,
	"seq" bigint NOT NULL,
	"at" bigint NOT NULL,
	"data" text COLLATE "C" NOT NULL,
	CONSTRAINT "events_stream_seq_pk" PRIMARY KEY("stream","seq")
);
--> statement-breakpoint
CREATE TABLE "inbound" (
	"inbox_id" text COLLATE "C" NOT NULL,
	"channel" text COLLATE "C" NOT NULL,
	"provider_id" text COLLATE "C" NOT NULL,
	"conversation_id" text COLLATE "C" NOT NULL,
	"position" bigint NOT NULL,
	CONSTRAINT "inbound_inbox_id_channel_provider_id_pk" PRIMARY KEY("inbox_id","channel","provider_id")
);
--> statement-breakpoint
CREATE TABLE "inbox_members" (
	"inbox_id" text COLLATE "C" NOT NULL,
	"agent_id" text COLLATE "C" NOT NULL,
	"capability" text COLLATE "C" NOT NULL,
	"since" bigint NOT NULL,
	CONSTRAINT "inbox_members_inbox_id_agent_id_pk" PRIMARY KEY("inbox_id","agent_id")
);
--> statement-breakpoint
CREATE TABLE "inboxes" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"team_id" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"api_code" text COLLATE "C" NOT NULL,
	"colour" text COLLATE "C" NOT NULL,
	"lock_on" text COLLATE "C" NOT NULL,
	"lock_ttl" integer NOT NULL,
	"reconnect_grace" integer NOT NULL,
	"idle_after" integer NOT NULL,
	"idle_grace" integer NOT NULL,
	"ask_grace" integer NOT NULL,
	"offer_time" integer NOT NULL,
	"member_version" integer NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "instances" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"mode" text COLLATE "C" NOT NULL,
	"host" text COLLATE "C" NOT NULL,
	"pid" integer NOT NULL,
	"started_at" bigint NOT NULL,
	"heartbeat_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "lock_epochs" (
	"conversation_id" text COLLATE "C" NOT NULL,
	"epoch" bigint NOT NULL,
	"agent_id" text COLLATE "C" NOT NULL,
	"session_id" text COLLATE "C",
	"connection_no" integer NOT NULL,
	"lease_token" text COLLATE "C" NOT NULL,
	"request_id" text COLLATE "C" NOT NULL,
	"lock_on" text COLLATE "C" NOT NULL,
	"granted_at" bigint NOT NULL,
	"active_at" bigint NOT NULL,
	"idle_asked_at" bigint,
	"idle_deadline" bigint,
	"last_asked_at" bigint,
	"gone_deadline" bigint,
	"ended_at" bigint,
	"end_reason" text COLLATE "C",
	"ended_by" text COLLATE "C",
	CONSTRAINT "lock_epochs_conversation_id_epoch_pk" PRIMARY KEY("conversation_id","epoch")
);
--> statement-breakpoint
CREATE TABLE "meta" (
	"key" text COLLATE "C" PRIMARY KEY NOT NULL,
	"value" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "notes" (
	"conversation_id" text COLLATE "C" NOT NULL,
	"position" bigint NOT NULL,
	"agent_id" text COLLATE "C" NOT NULL,
	"client_message_id" text COLLATE "C" NOT NULL,
	"request_hash" text COLLATE "C" NOT NULL,
	"event_seq" bigint NOT NULL,
	CONSTRAINT "notes_conversation_id_position_pk" PRIMARY KEY("conversation_id","position")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"inbox_id" text COLLATE "C" NOT NULL,
	"conversation_id" text COLLATE "C" NOT NULL,
	"position" bigint NOT NULL,
	"channel" text COLLATE "C" NOT NULL,
	"message_key" text COLLATE "C" NOT NULL,
	"state" text COLLATE "C" NOT NULL,
	"due_at" bigint NOT NULL,
	"attempts" integer NOT NULL,
	"claim_no" integer NOT NULL,
	"claim_deadline" bigint,
	"last_error" text COLLATE "C"
);
--> statement-breakpoint
CREATE TABLE "outbox_attempts" (
	"outbox_id" text COLLATE "C" NOT NULL,
	"claim_no" integer NOT NULL,
	"started_at" bigint NOT NULL,
	"ended_at" bigint,
	"outcome" text COLLATE "C",
	"error" text COLLATE "C",
	CONSTRAINT "outbox_attempts_outbox_id_claim_no_pk" PRIMARY KEY("outbox_id","claim_no")
);
--> statement-breakpoint
CREATE TABLE "read_marks" (
	"agent_id" text COLLATE "C" NOT NULL,
	"conversation_id" text COLLATE "C" NOT NULL,
	"position" bigint NOT NULL,
	CONSTRAINT "read_marks_agent_id_conversation_id_pk" PRIMARY KEY("agent_id","conversation_id")
);
--> statement-breakpoint
CREATE TABLE "replies" (
	"conversation_id" text COLLATE "C" NOT NULL,
	"position" bigint NOT NULL,
	"agent_id" text COLLATE "C" NOT NULL,
	"lock_epoch" bigint NOT NULL,
	"client_message_id" text COLLATE "C" NOT NULL,
	"request_hash" text COLLATE "C" NOT NULL,
	"late_send" smallint NOT NULL,
	"delivery" text COLLATE "C" NOT NULL,
	"delivery_at" bigint,
	"delivery_reason" text COLLATE "C",
	"event_seq" bigint NOT NULL,
	CONSTRAINT "replies_conversation_id_position_pk" PRIMARY KEY("conversation_id","position")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"agent_id" text COLLATE "C" NOT NULL,
	"sign_in_id" text COLLATE "C",
	"kind" text COLLATE "C" NOT NULL,
	"key_hash" text COLLATE "C" NOT NULL,
	"device" text COLLATE "C" NOT NULL,
	"connection_no" integer NOT NULL,
	"server_id" text COLLATE "C",
	"created_at" bigint NOT NULL,
	"seen_at" bigint NOT NULL,
	"ended_at" bigint
);
--> statement-breakpoint
CREATE TABLE "sign_ins" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"agent_id" text COLLATE "C" NOT NULL,
	"refresh_hash" text COLLATE "C" NOT NULL,
	"previous_hash" text COLLATE "C",
	"rotated_at" bigint NOT NULL,
	"user_agent" text COLLATE "C" NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"ended_at" bigint
);
--> statement-breakpoint
CREATE TABLE "simulator_deliveries" (
	"message_key" text COLLATE "C" PRIMARY KEY NOT NULL,
	"inbox_id" text COLLATE "C" NOT NULL,
	"conversation_id" text COLLATE "C" NOT NULL,
	"address" text COLLATE "C" NOT NULL,
	"author" text COLLATE "C" NOT NULL,
	"body" text COLLATE "C" NOT NULL,
	"at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "streams" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"last_seq" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "team_members" (
	"team_id" text COLLATE "C" NOT NULL,
	"agent_id" text COLLATE "C" NOT NULL,
	CONSTRAINT "team_members_team_id_agent_id_pk" PRIMARY KEY("team_id","agent_id")
);
--> statement-breakpoint
CREATE TABLE "teams" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "token_issuers" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"secret" text COLLATE "C" NOT NULL,
	"issuer" text COLLATE "C" NOT NULL,
	"audience" text COLLATE "C" NOT NULL,
	"allowed_origins" text COLLATE "C" NOT NULL,
	"created_at" bigint NOT NULL,
	"ended_at" bigint
);
--> statement-breakpoint
CREATE UNIQUE INDEX "agents_email" ON "agents" USING btree ("email");
--> statement-breakpoint
CREATE UNIQUE INDEX "agents_external_id" ON "agents" USING btree ("external_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_hash" ON "api_keys" USING btree ("key_hash");
--> statement-breakpoint
CREATE INDEX "audit_at" ON "audit" USING btree ("at");
--> statement-breakpoint
CREATE UNIQUE INDEX "contacts_address" ON "contacts" USING btree ("channel","address");
--> statement-breakpoint
CREATE UNIQUE INDEX "conversations_number" ON "conversations" USING btree ("number");
--> statement-breakpoint
CREATE INDEX "conversations_list" ON "conversations" USING btree ("inbox_id","status","last_at","id");
--> statement-breakpoint
CREATE INDEX "conversations_assignee" ON "conversations" USING btree ("assignee_id","inbox_id","status","last_at","id");
--> statement-breakpoint
CREATE INDEX "conversations_contact" ON "conversations" USING btree ("contact_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "entries_id" ON "entries" USING btree ("id");
--> statement-breakpoint
CREATE INDEX "inbox_members_agent" ON "inbox_members" USING btree ("agent_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "inboxes_api_code" ON "inboxes" USING btree ("api_code");
--> statement-breakpoint
CREATE UNIQUE INDEX "lock_epochs_agent" ON "lock_epochs" USING btree ("conversation_id","epoch","agent_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "lock_epochs_request" ON "lock_epochs" USING btree ("conversation_id","request_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "lock_epochs_open" ON "lock_epochs" USING btree ("conversation_id") WHERE ended_at IS NULL;
--> statement-breakpoint
CREATE UNIQUE INDEX "lock_epochs_open_agent" ON "lock_epochs" USING btree ("agent_id") WHERE ended_at IS NULL AND lock_on = 'open';
--> statement-breakpoint
CREATE INDEX "lock_epochs_session" ON "lock_epochs" USING btree ("session_id") WHERE ended_at IS NULL;
--> statement-breakpoint
CREATE UNIQUE INDEX "notes_client_id" ON "notes" USING btree ("agent_id","client_message_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "outbox_message_key" ON "outbox" USING btree ("message_key");
--> statement-breakpoint
CREATE UNIQUE INDEX "outbox_entry" ON "outbox" USING btree ("conversation_id","position");
--> statement-breakpoint
CREATE INDEX "outbox_due" ON "outbox" USING btree ("state","due_at");
--> statement-breakpoint
CREATE UNIQUE INDEX "replies_client_id" ON "replies" USING btree ("agent_id","client_message_id");
--> statement-breakpoint
CREATE INDEX "sessions_agent" ON "sessions" USING btree ("agent_id");
--> statement-breakpoint
CREATE INDEX "sign_ins_agent" ON "sign_ins" USING btree ("agent_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "sign_ins_refresh" ON "sign_ins" USING btree ("refresh_hash");
--> statement-breakpoint
CREATE INDEX "simulator_deliveries_address" ON "simulator_deliveries" USING btree ("inbox_id","address","at");
--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_created_by_agents_id_fk" FOREIGN KEY ("created_by") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_inbox_id_inboxes_id_fk" FOREIGN KEY ("inbox_id") REFERENCES "inboxes"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_contact_id_contacts_id_fk" FOREIGN KEY ("contact_id") REFERENCES "contacts"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_assignee_id_agents_id_fk" FOREIGN KEY ("assignee_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "drafts" ADD CONSTRAINT "drafts_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "conversations"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "drafts" ADD CONSTRAINT "drafts_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "entries" ADD CONSTRAINT "entries_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "conversations"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "entries" ADD CONSTRAINT "entries_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "entries" ADD CONSTRAINT "entries_contact_id_contacts_id_fk" FOREIGN KEY ("contact_id") REFERENCES "contacts"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "events" ADD CONSTRAINT "events_stream_streams_id_fk" FOREIGN KEY ("stream") REFERENCES "streams"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "inbound" ADD CONSTRAINT "inbound_inbox_id_inboxes_id_fk" FOREIGN KEY ("inbox_id") REFERENCES "inboxes"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "inbox_members" ADD CONSTRAINT "inbox_members_inbox_id_inboxes_id_fk" FOREIGN KEY ("inbox_id") REFERENCES "inboxes"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "inbox_members" ADD CONSTRAINT "inbox_members_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "inboxes" ADD CONSTRAINT "inboxes_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "teams"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "lock_epochs" ADD CONSTRAINT "lock_epochs_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "conversations"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "lock_epochs" ADD CONSTRAINT "lock_epochs_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "lock_epochs" ADD CONSTRAINT "lock_epochs_ended_by_agents_id_fk" FOREIGN KEY ("ended_by") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "notes" ADD CONSTRAINT "notes_entry" FOREIGN KEY ("conversation_id","position") REFERENCES "entries"("conversation_id","position") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_inbox_id_inboxes_id_fk" FOREIGN KEY ("inbox_id") REFERENCES "inboxes"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "conversations"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "outbox_attempts" ADD CONSTRAINT "outbox_attempts_outbox_id_outbox_id_fk" FOREIGN KEY ("outbox_id") REFERENCES "outbox"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "read_marks" ADD CONSTRAINT "read_marks_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "read_marks" ADD CONSTRAINT "read_marks_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "conversations"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "replies" ADD CONSTRAINT "replies_lock_epoch" FOREIGN KEY ("conversation_id","lock_epoch","agent_id") REFERENCES "lock_epochs"("conversation_id","epoch","agent_id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "replies" ADD CONSTRAINT "replies_entry" FOREIGN KEY ("conversation_id","position") REFERENCES "entries"("conversation_id","position") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "sign_ins" ADD CONSTRAINT "sign_ins_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "team_members" ADD CONSTRAINT "team_members_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "teams"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "team_members" ADD CONSTRAINT "team_members_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
