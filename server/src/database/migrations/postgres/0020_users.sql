CREATE TABLE "hand_ons" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"agent_id" text COLLATE "C" NOT NULL,
	"by" text COLLATE "C" NOT NULL,
	"assignments_to" text COLLATE "C",
	"drafts_to" text COLLATE "C",
	"contacts_to" text COLLATE "C",
	"created_at" bigint NOT NULL,
	"due_at" bigint,
	"assigned" integer NOT NULL,
	"cleared" integer NOT NULL,
	"drafts" integer NOT NULL,
	"contacts" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "recovery_codes" (
	"agent_id" text COLLATE "C" NOT NULL,
	"code_hash" text COLLATE "C" NOT NULL,
	"used_at" bigint,
	CONSTRAINT "recovery_codes_agent_id_code_hash_pk" PRIMARY KEY("agent_id","code_hash")
);
--> statement-breakpoint
CREATE TABLE "second_factors" (
	"agent_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"sealed_secret" text COLLATE "C" NOT NULL,
	"confirmed_at" bigint,
	"last_step" integer NOT NULL,
	"failures" integer NOT NULL,
	"failing_since" bigint,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "user_links" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"agent_id" text COLLATE "C" NOT NULL,
	"token_hash" text COLLATE "C" NOT NULL,
	"sent_to" text COLLATE "C" NOT NULL,
	"proves" smallint NOT NULL,
	"created_by" text COLLATE "C",
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"used_at" bigint,
	"ended_at" bigint
);
--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "state" text COLLATE "C" DEFAULT 'active' NOT NULL;
--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "state_at" bigint;
--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "verified_at" bigint;
--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "verified_via" text COLLATE "C";
--> statement-breakpoint
ALTER TABLE "agents" ADD COLUMN "factor_required" smallint DEFAULT 0 NOT NULL;
--> statement-breakpoint
CREATE INDEX "hand_ons_due" ON "hand_ons" USING btree ("due_at") WHERE due_at IS NOT NULL;
--> statement-breakpoint
CREATE UNIQUE INDEX "user_links_token" ON "user_links" USING btree ("token_hash");
--> statement-breakpoint
CREATE INDEX "user_links_agent" ON "user_links" USING btree ("agent_id","kind");
--> statement-breakpoint
UPDATE "agents" SET "state" = 'deactivated' WHERE "active" = 0;
--> statement-breakpoint
ALTER TABLE "agents" DROP COLUMN "active";
--> statement-breakpoint
ALTER TABLE "hand_ons" ADD CONSTRAINT "hand_ons_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "hand_ons" ADD CONSTRAINT "hand_ons_by_agents_id_fk" FOREIGN KEY ("by") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "recovery_codes" ADD CONSTRAINT "recovery_codes_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "second_factors" ADD CONSTRAINT "second_factors_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "user_links" ADD CONSTRAINT "user_links_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "user_links" ADD CONSTRAINT "user_links_created_by_agents_id_fk" FOREIGN KEY ("created_by") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
