CREATE TABLE "lock_asks" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"conversation_id" text COLLATE "C" NOT NULL,
	"epoch" bigint NOT NULL,
	"agent_id" text COLLATE "C" NOT NULL,
	"session_id" text COLLATE "C" NOT NULL,
	"note" text COLLATE "C" NOT NULL,
	"asked_at" bigint NOT NULL,
	"deadline" bigint NOT NULL,
	"closed_at" bigint,
	"outcome" text COLLATE "C"
);
--> statement-breakpoint
CREATE TABLE "lock_line" (
	"conversation_id" text COLLATE "C" NOT NULL,
	"agent_id" text COLLATE "C" NOT NULL,
	"place" bigint NOT NULL,
	"since" bigint NOT NULL,
	CONSTRAINT "lock_line_conversation_id_agent_id_pk" PRIMARY KEY("conversation_id","agent_id")
);
--> statement-breakpoint
CREATE TABLE "lock_offers" (
	"conversation_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"agent_id" text COLLATE "C" NOT NULL,
	"epoch" bigint NOT NULL,
	"note" text COLLATE "C" NOT NULL,
	"lease_token" text COLLATE "C" NOT NULL,
	"offered_at" bigint NOT NULL,
	"until" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "inboxes" ADD COLUMN "hand_over_time" integer DEFAULT 60000 NOT NULL;
--> statement-breakpoint
ALTER TABLE "inboxes" ADD COLUMN "take_over_by" text COLLATE "C" DEFAULT 'admins' NOT NULL;
--> statement-breakpoint
CREATE UNIQUE INDEX "lock_asks_open" ON "lock_asks" USING btree ("conversation_id","epoch","agent_id") WHERE closed_at IS NULL;
--> statement-breakpoint
CREATE INDEX "lock_asks_due" ON "lock_asks" USING btree ("deadline") WHERE closed_at IS NULL;
--> statement-breakpoint
CREATE INDEX "lock_asks_agent" ON "lock_asks" USING btree ("agent_id") WHERE closed_at IS NULL;
--> statement-breakpoint
CREATE UNIQUE INDEX "lock_line_place" ON "lock_line" USING btree ("conversation_id","place");
--> statement-breakpoint
CREATE INDEX "lock_line_agent" ON "lock_line" USING btree ("agent_id");
--> statement-breakpoint
CREATE INDEX "lock_offers_until" ON "lock_offers" USING btree ("until");
--> statement-breakpoint
CREATE INDEX "lock_offers_agent" ON "lock_offers" USING btree ("agent_id");
--> statement-breakpoint
ALTER TABLE "lock_asks" ADD CONSTRAINT "lock_asks_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "lock_asks" ADD CONSTRAINT "lock_asks_epoch" FOREIGN KEY ("conversation_id","epoch") REFERENCES "lock_epochs"("conversation_id","epoch") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "lock_line" ADD CONSTRAINT "lock_line_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "conversations"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "lock_line" ADD CONSTRAINT "lock_line_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "lock_offers" ADD CONSTRAINT "lock_offers_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "conversations"("id") ON DELETE no action ON UPDATE no action;
