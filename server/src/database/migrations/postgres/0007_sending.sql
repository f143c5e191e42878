CREATE TABLE "signatures" (
	"agent_id" text COLLATE "C" NOT NULL,
	"inbox_id" text COLLATE "C" NOT NULL,
	"body" text COLLATE "C" NOT NULL,
	"html" text COLLATE "C",
	"changed_at" bigint NOT NULL,
	CONSTRAINT "signatures_agent_id_inbox_id_pk" PRIMARY KEY("agent_id","inbox_id")
);
--> statement-breakpoint
CREATE TABLE "dkim_keys" (
	"domain" text COLLATE "C" PRIMARY KEY NOT NULL,
	"selector" text COLLATE "C" NOT NULL,
	"sealed_key" text COLLATE "C" NOT NULL,
	"public_key" text COLLATE "C" NOT NULL,
	"active" smallint NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reply_recipients" (
	"conversation_id" text COLLATE "C" NOT NULL,
	"position" bigint NOT NULL,
	"address" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"state" text COLLATE "C" NOT NULL,
	"reason" text COLLATE "C",
	"code" text COLLATE "C",
	"at" bigint NOT NULL,
	CONSTRAINT "reply_recipients_conversation_id_position_address_pk" PRIMARY KEY("conversation_id","position","address")
);
--> statement-breakpoint
CREATE TABLE "scheduled_replies" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"conversation_id" text COLLATE "C" NOT NULL,
	"agent_id" text COLLATE "C" NOT NULL,
	"client_id" text COLLATE "C" NOT NULL,
	"request_hash" text COLLATE "C" NOT NULL,
	"reply" text COLLATE "C" NOT NULL,
	"last_seen" bigint NOT NULL,
	"send_at" bigint NOT NULL,
	"due_at" bigint NOT NULL,
	"state" text COLLATE "C" NOT NULL,
	"reason" text COLLATE "C",
	"position" bigint,
	"created_at" bigint NOT NULL,
	"changed_at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "undo_for" integer;
--> statement-breakpoint
ALTER TABLE "replies" ADD COLUMN "delivery_recipients" text COLLATE "C";
--> statement-breakpoint
ALTER TABLE "attachments" ADD COLUMN "reserved_for" text COLLATE "C";
--> statement-breakpoint
CREATE UNIQUE INDEX "scheduled_replies_client_id" ON "scheduled_replies" USING btree ("agent_id","client_id");
--> statement-breakpoint
CREATE INDEX "scheduled_replies_due" ON "scheduled_replies" USING btree ("state","due_at");
--> statement-breakpoint
CREATE INDEX "scheduled_replies_conversation" ON "scheduled_replies" USING btree ("conversation_id","state");
--> statement-breakpoint
ALTER TABLE "reply_recipients" ADD CONSTRAINT "reply_recipients_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "conversations"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "scheduled_replies" ADD CONSTRAINT "scheduled_replies_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "conversations"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "scheduled_replies" ADD CONSTRAINT "scheduled_replies_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
