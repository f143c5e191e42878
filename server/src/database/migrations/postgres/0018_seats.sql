CREATE TABLE "mailbox_requests" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"owner_id" text COLLATE "C" NOT NULL,
	"requested_by" text COLLATE "C" NOT NULL,
	"via" text COLLATE "C" NOT NULL,
	"address" text COLLATE "C" NOT NULL,
	"note" text COLLATE "C" NOT NULL,
	"state" text COLLATE "C" NOT NULL,
	"identified_by" text COLLATE "C",
	"reason" text COLLATE "C",
	"decided_by" text COLLATE "C",
	"decided_at" bigint,
	"terms_version" integer,
	"terms_by" text COLLATE "C",
	"terms_at" bigint,
	"code_hash" text COLLATE "C",
	"code_until" bigint,
	"code_tries" integer NOT NULL,
	"mailbox_id" text COLLATE "C",
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "personal_readings" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"inbox_id" text COLLATE "C" NOT NULL,
	"agent_id" text COLLATE "C" NOT NULL,
	"reason" text COLLATE "C" NOT NULL,
	"created_at" bigint NOT NULL,
	"until" bigint NOT NULL,
	"ended_at" bigint
);
--> statement-breakpoint
CREATE TABLE "seats" (
	"agent_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"mailbox_limit" integer,
	"contract" text COLLATE "C" NOT NULL,
	"granted_by" text COLLATE "C",
	"granted_at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "inboxes" ADD COLUMN "kind" text COLLATE "C" DEFAULT 'shared' NOT NULL;
--> statement-breakpoint
ALTER TABLE "inboxes" ADD COLUMN "owner_id" text COLLATE "C";
--> statement-breakpoint
ALTER TABLE "inboxes" ADD COLUMN "home_address" text COLLATE "C";
--> statement-breakpoint
CREATE UNIQUE INDEX "mailbox_requests_address" ON "mailbox_requests" USING btree ("address") WHERE state = 'requested' OR state = 'approved';
--> statement-breakpoint
CREATE INDEX "mailbox_requests_owner" ON "mailbox_requests" USING btree ("owner_id");
--> statement-breakpoint
CREATE INDEX "mailbox_requests_state" ON "mailbox_requests" USING btree ("state","created_at");
--> statement-breakpoint
CREATE INDEX "mailbox_requests_mailbox" ON "mailbox_requests" USING btree ("mailbox_id");
--> statement-breakpoint
CREATE INDEX "personal_readings_inbox" ON "personal_readings" USING btree ("inbox_id","created_at");
--> statement-breakpoint
CREATE UNIQUE INDEX "personal_readings_open" ON "personal_readings" USING btree ("inbox_id","agent_id") WHERE ended_at IS NULL;
--> statement-breakpoint
CREATE INDEX "personal_readings_due" ON "personal_readings" USING btree ("until") WHERE ended_at IS NULL;
--> statement-breakpoint
CREATE INDEX "inboxes_owner" ON "inboxes" USING btree ("owner_id") WHERE owner_id IS NOT NULL;
--> statement-breakpoint
ALTER TABLE "mailbox_requests" ADD CONSTRAINT "mailbox_requests_owner_id_agents_id_fk" FOREIGN KEY ("owner_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "mailbox_requests" ADD CONSTRAINT "mailbox_requests_requested_by_agents_id_fk" FOREIGN KEY ("requested_by") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "mailbox_requests" ADD CONSTRAINT "mailbox_requests_decided_by_agents_id_fk" FOREIGN KEY ("decided_by") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "mailbox_requests" ADD CONSTRAINT "mailbox_requests_terms_by_agents_id_fk" FOREIGN KEY ("terms_by") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "mailbox_requests" ADD CONSTRAINT "mailbox_requests_mailbox_id_mailboxes_id_fk" FOREIGN KEY ("mailbox_id") REFERENCES "mailboxes"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "personal_readings" ADD CONSTRAINT "personal_readings_inbox_id_inboxes_id_fk" FOREIGN KEY ("inbox_id") REFERENCES "inboxes"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "personal_readings" ADD CONSTRAINT "personal_readings_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "seats" ADD CONSTRAINT "seats_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "seats" ADD CONSTRAINT "seats_granted_by_agents_id_fk" FOREIGN KEY ("granted_by") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "inboxes" ADD CONSTRAINT "inboxes_owner_id_agents_id_fk" FOREIGN KEY ("owner_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
