CREATE TABLE "agent_phones" (
	"agent_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"e164" text COLLATE "C" NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "call_routings" (
	"inbox_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"routing" text COLLATE "C" NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "call_steps" (
	"call_id" text COLLATE "C" NOT NULL,
	"nth" integer NOT NULL,
	"at" bigint NOT NULL,
	"what" text COLLATE "C" NOT NULL,
	"details" text COLLATE "C" NOT NULL,
	CONSTRAINT "call_steps_call_id_nth_pk" PRIMARY KEY("call_id","nth")
);
--> statement-breakpoint
CREATE TABLE "calls" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"sid" text COLLATE "C",
	"direction" text COLLATE "C" NOT NULL,
	"number_id" text COLLATE "C" NOT NULL,
	"address" text COLLATE "C" NOT NULL,
	"conversation_id" text COLLATE "C",
	"position" integer,
	"agent_id" text COLLATE "C",
	"client_id" text COLLATE "C",
	"forwarded_to" text COLLATE "C",
	"state" text COLLATE "C" NOT NULL,
	"rank" integer NOT NULL,
	"why" text COLLATE "C",
	"plan" text COLLATE "C",
	"started_at" bigint NOT NULL,
	"answered_at" bigint,
	"ended_at" bigint,
	"seconds" integer,
	"steps" integer NOT NULL,
	"due_at" bigint
);
--> statement-breakpoint
CREATE TABLE "voicemails" (
	"sid" text COLLATE "C" PRIMARY KEY NOT NULL,
	"call_id" text COLLATE "C" NOT NULL,
	"url" text COLLATE "C" NOT NULL,
	"seconds" integer NOT NULL,
	"transcript" text COLLATE "C",
	"conversation_id" text COLLATE "C",
	"position" integer,
	"attempts" integer NOT NULL,
	"due_at" bigint,
	"at" bigint NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "calls_sid" ON "calls" USING btree ("sid");
--> statement-breakpoint
CREATE UNIQUE INDEX "calls_client" ON "calls" USING btree ("agent_id","client_id") WHERE client_id IS NOT NULL;
--> statement-breakpoint
CREATE INDEX "calls_due" ON "calls" USING btree ("due_at") WHERE due_at IS NOT NULL;
--> statement-breakpoint
CREATE INDEX "voicemails_due" ON "voicemails" USING btree ("due_at") WHERE due_at IS NOT NULL;
--> statement-breakpoint
ALTER TABLE "agent_phones" ADD CONSTRAINT "agent_phones_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "call_routings" ADD CONSTRAINT "call_routings_inbox_id_inboxes_id_fk" FOREIGN KEY ("inbox_id") REFERENCES "inboxes"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "call_steps" ADD CONSTRAINT "call_steps_call_id_calls_id_fk" FOREIGN KEY ("call_id") REFERENCES "calls"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_number_id_numbers_id_fk" FOREIGN KEY ("number_id") REFERENCES "numbers"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "conversations"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "voicemails" ADD CONSTRAINT "voicemails_call_id_calls_id_fk" FOREIGN KEY ("call_id") REFERENCES "calls"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "voicemails" ADD CONSTRAINT "voicemails_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "conversations"("id") ON DELETE no action ON UPDATE no action;
