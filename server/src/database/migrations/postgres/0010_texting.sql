CREATE TABLE "campaigns" (
	"team_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"state" text COLLATE "C" NOT NULL,
	"reason" text COLLATE "C",
	"fields" text COLLATE "C" NOT NULL,
	"brand_sid" text COLLATE "C",
	"service_sid" text COLLATE "C",
	"campaign_sid" text COLLATE "C",
	"revision" integer NOT NULL,
	"submitted_at" bigint,
	"due_at" bigint,
	"attempts" integer NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "carrier_items" (
	"sid" text COLLATE "C" PRIMARY KEY NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"data" text COLLATE "C" NOT NULL,
	"at" bigint NOT NULL,
	"due_at" bigint
);
--> statement-breakpoint
CREATE TABLE "numbers" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"inbox_id" text COLLATE "C" NOT NULL,
	"e164" text COLLATE "C" NOT NULL,
	"provider_sid" text COLLATE "C" NOT NULL,
	"sms" smallint NOT NULL,
	"mms" smallint NOT NULL,
	"voice" smallint NOT NULL,
	"toll_free" smallint NOT NULL,
	"is_primary" smallint NOT NULL,
	"voice_forward" text COLLATE "C",
	"registration" text COLLATE "C" NOT NULL,
	"created_at" bigint NOT NULL,
	"released_at" bigint
);
--> statement-breakpoint
CREATE TABLE "opt_outs" (
	"number_id" text COLLATE "C" NOT NULL,
	"address" text COLLATE "C" NOT NULL,
	"nth" bigint NOT NULL,
	"state" text COLLATE "C" NOT NULL,
	"source" text COLLATE "C" NOT NULL,
	"agent_id" text COLLATE "C",
	"conversation_id" text COLLATE "C",
	"position" bigint,
	"at" bigint NOT NULL,
	CONSTRAINT "opt_outs_number_id_address_nth_pk" PRIMARY KEY("number_id","address","nth")
);
--> statement-breakpoint
CREATE TABLE "sms_messages" (
	"sid" text COLLATE "C" PRIMARY KEY NOT NULL,
	"direction" text COLLATE "C" NOT NULL,
	"conversation_id" text COLLATE "C",
	"position" bigint,
	"status" text COLLATE "C" NOT NULL,
	"rank" integer NOT NULL,
	"told_rank" integer NOT NULL,
	"error_code" integer,
	"at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sms_threads" (
	"conversation_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"number_id" text COLLATE "C" NOT NULL,
	"address" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE INDEX "campaigns_due" ON "campaigns" USING btree ("due_at") WHERE due_at IS NOT NULL;
--> statement-breakpoint
CREATE INDEX "carrier_items_kind" ON "carrier_items" USING btree ("kind","at");
--> statement-breakpoint
CREATE INDEX "carrier_items_key" ON "carrier_items" USING btree ("kind","key");
--> statement-breakpoint
CREATE INDEX "carrier_items_due" ON "carrier_items" USING btree ("due_at") WHERE due_at IS NOT NULL;
--> statement-breakpoint
CREATE UNIQUE INDEX "numbers_e164" ON "numbers" USING btree ("e164") WHERE released_at IS NULL;
--> statement-breakpoint
CREATE INDEX "numbers_inbox" ON "numbers" USING btree ("inbox_id","created_at");
--> statement-breakpoint
CREATE INDEX "sms_messages_entry" ON "sms_messages" USING btree ("conversation_id","position");
--> statement-breakpoint
CREATE INDEX "sms_messages_news" ON "sms_messages" USING btree ("at") WHERE told_rank < rank;
--> statement-breakpoint
CREATE UNIQUE INDEX "sms_threads_parties" ON "sms_threads" USING btree ("number_id","address");
--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "teams"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "numbers" ADD CONSTRAINT "numbers_inbox_id_inboxes_id_fk" FOREIGN KEY ("inbox_id") REFERENCES "inboxes"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "opt_outs" ADD CONSTRAINT "opt_outs_number_id_numbers_id_fk" FOREIGN KEY ("number_id") REFERENCES "numbers"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "opt_outs" ADD CONSTRAINT "opt_outs_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "sms_messages" ADD CONSTRAINT "sms_messages_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "conversations"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "sms_threads" ADD CONSTRAINT "sms_threads_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "conversations"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "sms_threads" ADD CONSTRAINT "sms_threads_number_id_numbers_id_fk" FOREIGN KEY ("number_id") REFERENCES "numbers"("id") ON DELETE no action ON UPDATE no action;
