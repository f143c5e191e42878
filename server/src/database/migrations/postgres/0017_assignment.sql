CREATE TABLE "dealt_turns" (
	"inbox_id" text COLLATE "C" NOT NULL,
	"agent_id" text COLLATE "C" NOT NULL,
	"turn" integer NOT NULL,
	CONSTRAINT "dealt_turns_inbox_id_agent_id_pk" PRIMARY KEY("inbox_id","agent_id")
);
--> statement-breakpoint
CREATE TABLE "inbox_assignment" (
	"inbox_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"round_robin" smallint NOT NULL,
	"cap" integer NOT NULL,
	"on_reply" smallint NOT NULL,
	"turns" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "saved_views" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"owner_id" text COLLATE "C" NOT NULL,
	"shared" smallint NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"filter" text COLLATE "C" NOT NULL,
	"created_at" bigint NOT NULL,
	"changed_at" bigint NOT NULL
);
--> statement-breakpoint
DROP INDEX "conversations_assignee";
--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "responsible_id" text COLLATE "C";
--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "team_id" text COLLATE "C";
--> statement-breakpoint
CREATE INDEX "saved_views_owner" ON "saved_views" USING btree ("owner_id");
--> statement-breakpoint
CREATE INDEX "saved_views_shared" ON "saved_views" USING btree ("shared","id");
--> statement-breakpoint
CREATE INDEX "conversations_responsible" ON "conversations" USING btree ("responsible_id","inbox_id","status","last_at","id");
--> statement-breakpoint
CREATE INDEX "conversations_team" ON "conversations" USING btree ("team_id","inbox_id","status","last_at","id") WHERE team_id IS NOT NULL;
--> statement-breakpoint
ALTER TABLE "dealt_turns" ADD CONSTRAINT "dealt_turns_inbox_id_inboxes_id_fk" FOREIGN KEY ("inbox_id") REFERENCES "inboxes"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "dealt_turns" ADD CONSTRAINT "dealt_turns_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "inbox_assignment" ADD CONSTRAINT "inbox_assignment_inbox_id_inboxes_id_fk" FOREIGN KEY ("inbox_id") REFERENCES "inboxes"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "saved_views" ADD CONSTRAINT "saved_views_owner_id_agents_id_fk" FOREIGN KEY ("owner_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_responsible_id_agents_id_fk" FOREIGN KEY ("responsible_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "teams"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
UPDATE "conversations" SET "responsible_id" = "assignee_id" WHERE "assignee_id" IS NOT NULL;
