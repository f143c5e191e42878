CREATE TABLE "attachments" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"agent_id" text COLLATE "C",
	"conversation_id" text COLLATE "C",
	"position" bigint,
	"name" text COLLATE "C" NOT NULL,
	"type" text COLLATE "C" NOT NULL,
	"size" bigint NOT NULL,
	"file" text COLLATE "C" NOT NULL,
	"content_id" text COLLATE "C",
	"inline" smallint NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "inbox_addresses" (
	"address" text COLLATE "C" PRIMARY KEY NOT NULL,
	"inbox_id" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mail_ids" (
	"message_id" text COLLATE "C" NOT NULL,
	"conversation_id" text COLLATE "C" NOT NULL,
	"position" bigint,
	CONSTRAINT "mail_ids_message_id_conversation_id_pk" PRIMARY KEY("message_id","conversation_id")
);
--> statement-breakpoint
CREATE TABLE "mails" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"direction" text COLLATE "C" NOT NULL,
	"inbox_id" text COLLATE "C" NOT NULL,
	"conversation_id" text COLLATE "C",
	"position" bigint,
	"sender" text COLLATE "C" NOT NULL,
	"recipients" text COLLATE "C" NOT NULL,
	"subject" text COLLATE "C" NOT NULL,
	"at" bigint NOT NULL,
	"size" bigint NOT NULL,
	"raw" "bytea",
	"file" text COLLATE "C",
	"problem" text COLLATE "C",
	"html" text COLLATE "C",
	"html_rules" integer
);
--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "snoozed_until" bigint;
--> statement-breakpoint
ALTER TABLE "entries" ADD COLUMN "extra" text COLLATE "C";
--> statement-breakpoint
CREATE INDEX "attachments_entry" ON "attachments" USING btree ("conversation_id","position");
--> statement-breakpoint
CREATE INDEX "attachments_unused" ON "attachments" USING btree ("created_at","conversation_id");
--> statement-breakpoint
CREATE INDEX "inbox_addresses_inbox" ON "inbox_addresses" USING btree ("inbox_id","created_at");
--> statement-breakpoint
CREATE INDEX "mails_entry" ON "mails" USING btree ("conversation_id","position");
--> statement-breakpoint
CREATE INDEX "mails_inbox" ON "mails" USING btree ("inbox_id","direction","at");
--> statement-breakpoint
CREATE INDEX "conversations_snoozed" ON "conversations" USING btree ("snoozed_until") WHERE snoozed_until IS NOT NULL;
--> statement-breakpoint
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "conversations"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "inbox_addresses" ADD CONSTRAINT "inbox_addresses_inbox_id_inboxes_id_fk" FOREIGN KEY ("inbox_id") REFERENCES "inboxes"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "mail_ids" ADD CONSTRAINT "mail_ids_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "conversations"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "mails" ADD CONSTRAINT "mails_inbox_id_inboxes_id_fk" FOREIGN KEY ("inbox_id") REFERENCES "inboxes"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "mails" ADD CONSTRAINT "mails_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "conversations"("id") ON DELETE no action ON UPDATE no action;
