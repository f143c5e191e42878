CREATE TABLE "automatic_answers" (
	"kind" text COLLATE "C" NOT NULL,
	"owner_id" text COLLATE "C" NOT NULL,
	"contact_id" text COLLATE "C" NOT NULL,
	"at" bigint NOT NULL,
	CONSTRAINT "automatic_answers_kind_owner_id_contact_id_pk" PRIMARY KEY("kind","owner_id","contact_id")
);
--> statement-breakpoint
CREATE TABLE "notices" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"agent_id" text COLLATE "C" NOT NULL,
	"subject" text COLLATE "C" NOT NULL,
	"body" text COLLATE "C" NOT NULL,
	"created_at" bigint NOT NULL,
	"due_at" bigint,
	"claim_no" integer NOT NULL,
	"attempts" integer NOT NULL,
	"sent_at" bigint,
	"problem" text COLLATE "C"
);
--> statement-breakpoint
CREATE TABLE "office_hours" (
	"kind" text COLLATE "C" NOT NULL,
	"owner_id" text COLLATE "C" NOT NULL,
	"hours" text COLLATE "C",
	"out_of_office" text COLLATE "C" NOT NULL,
	"mode" text COLLATE "C" NOT NULL,
	"changed_at" bigint NOT NULL,
	"continues_from" bigint,
	CONSTRAINT "office_hours_kind_owner_id_pk" PRIMARY KEY("kind","owner_id")
);
--> statement-breakpoint
CREATE INDEX "notices_due" ON "notices" USING btree ("due_at") WHERE due_at IS NOT NULL;
--> statement-breakpoint
ALTER TABLE "automatic_answers" ADD CONSTRAINT "automatic_answers_contact_id_contacts_id_fk" FOREIGN KEY ("contact_id") REFERENCES "contacts"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
