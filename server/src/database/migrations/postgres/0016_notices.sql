CREATE TABLE "notifications" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"agent_id" text COLLATE "C" NOT NULL,
	"data" text COLLATE "C" NOT NULL,
	"created_at" bigint NOT NULL,
	"read_at" bigint
);
--> statement-breakpoint
CREATE TABLE "inbox_drafts" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"started_by" text COLLATE "C" NOT NULL,
	"state" text COLLATE "C" NOT NULL,
	"revision" integer NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"api_code" text COLLATE "C",
	"team_id" text COLLATE "C",
	"colour" text COLLATE "C" NOT NULL,
	"number" text COLLATE "C",
	"voice_forward" text COLLATE "C",
	"members" text COLLATE "C" NOT NULL,
	"confirmed_by" text COLLATE "C",
	"number_sid" text COLLATE "C",
	"inbox_id" text COLLATE "C",
	"problem" text COLLATE "C",
	"due_at" bigint,
	"claim_no" integer NOT NULL,
	"attempts" integer NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "announced_at" bigint;
--> statement-breakpoint
ALTER TABLE "notices" ADD COLUMN "to_address" text COLLATE "C";
--> statement-breakpoint
CREATE INDEX "notifications_agent" ON "notifications" USING btree ("agent_id","created_at","id");
--> statement-breakpoint
CREATE INDEX "notifications_unread" ON "notifications" USING btree ("agent_id") WHERE read_at IS NULL;
--> statement-breakpoint
CREATE INDEX "notifications_age" ON "notifications" USING btree ("created_at");
--> statement-breakpoint
CREATE UNIQUE INDEX "inbox_drafts_number" ON "inbox_drafts" USING btree ("number") WHERE due_at IS NOT NULL;
--> statement-breakpoint
CREATE INDEX "inbox_drafts_due" ON "inbox_drafts" USING btree ("due_at") WHERE due_at IS NOT NULL;
--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "inbox_drafts" ADD CONSTRAINT "inbox_drafts_started_by_agents_id_fk" FOREIGN KEY ("started_by") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
