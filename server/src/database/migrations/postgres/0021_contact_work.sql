CREATE TABLE "contact_acts" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"contact_id" text COLLATE "C" NOT NULL,
	"actor_id" text COLLATE "C" NOT NULL,
	"at" bigint NOT NULL,
	"data" text COLLATE "C" NOT NULL,
	"undone_at" bigint
);
--> statement-breakpoint
CREATE TABLE "contact_chores" (
	"kind" text COLLATE "C" NOT NULL,
	"contact_id" text COLLATE "C" NOT NULL,
	"after" text COLLATE "C" NOT NULL,
	CONSTRAINT "contact_chores_kind_contact_id_pk" PRIMARY KEY("kind","contact_id")
);
--> statement-breakpoint
CREATE TABLE "contact_import_rows" (
	"import_id" text COLLATE "C" NOT NULL,
	"row" integer NOT NULL,
	"cells" text COLLATE "C" NOT NULL,
	"outcome" text COLLATE "C",
	"problem" text COLLATE "C",
	"contact_id" text COLLATE "C",
	"change" text COLLATE "C",
	"kept" smallint,
	CONSTRAINT "contact_import_rows_import_id_row_pk" PRIMARY KEY("import_id","row")
);
--> statement-breakpoint
CREATE TABLE "contact_imports" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"agent_id" text COLLATE "C" NOT NULL,
	"file_name" text COLLATE "C" NOT NULL,
	"bytes" integer NOT NULL,
	"encoding" text COLLATE "C" NOT NULL,
	"separator" text COLLATE "C" NOT NULL,
	"header" text COLLATE "C" NOT NULL,
	"state" text COLLATE "C" NOT NULL,
	"plan" text COLLATE "C",
	"rows" integer NOT NULL,
	"done" integer NOT NULL,
	"cursor" integer NOT NULL,
	"created" integer NOT NULL,
	"changed" integer NOT NULL,
	"unchanged" integer NOT NULL,
	"duplicates" integer NOT NULL,
	"failed" integer NOT NULL,
	"undone" integer NOT NULL,
	"kept" integer NOT NULL,
	"created_at" bigint NOT NULL,
	"started_at" bigint,
	"finished_at" bigint,
	"undone_at" bigint,
	"due_at" bigint,
	"claim_no" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "contact_tags" (
	"contact_id" text COLLATE "C" NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"tag" text COLLATE "C" NOT NULL,
	CONSTRAINT "contact_tags_contact_id_key_pk" PRIMARY KEY("contact_id","key")
);
--> statement-breakpoint
CREATE TABLE "inbox_retention" (
	"inbox_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"days" integer NOT NULL,
	"due_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "contact_acts_contact" ON "contact_acts" USING btree ("contact_id","at");
--> statement-breakpoint
CREATE INDEX "contact_chores_contact" ON "contact_chores" USING btree ("contact_id");
--> statement-breakpoint
CREATE INDEX "contact_import_rows_contact" ON "contact_import_rows" USING btree ("import_id","contact_id") WHERE contact_id IS NOT NULL;
--> statement-breakpoint
CREATE INDEX "contact_import_rows_failed" ON "contact_import_rows" USING btree ("import_id","row") WHERE problem IS NOT NULL;
--> statement-breakpoint
CREATE INDEX "contact_imports_newest" ON "contact_imports" USING btree ("created_at","id");
--> statement-breakpoint
CREATE INDEX "contact_imports_due" ON "contact_imports" USING btree ("due_at") WHERE due_at IS NOT NULL;
--> statement-breakpoint
CREATE INDEX "contact_tags_tag" ON "contact_tags" USING btree ("key","contact_id");
--> statement-breakpoint
ALTER TABLE "contact_acts" ADD CONSTRAINT "contact_acts_contact_id_contacts_id_fk" FOREIGN KEY ("contact_id") REFERENCES "contacts"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "contact_acts" ADD CONSTRAINT "contact_acts_actor_id_agents_id_fk" FOREIGN KEY ("actor_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "contact_chores" ADD CONSTRAINT "contact_chores_contact_id_contacts_id_fk" FOREIGN KEY ("contact_id") REFERENCES "contacts"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "contact_import_rows" ADD CONSTRAINT "contact_import_rows_import_id_contact_imports_id_fk" FOREIGN KEY ("import_id") REFERENCES "contact_imports"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "contact_imports" ADD CONSTRAINT "contact_imports_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "contact_tags" ADD CONSTRAINT "contact_tags_contact_id_contacts_id_fk" FOREIGN KEY ("contact_id") REFERENCES "contacts"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "inbox_retention" ADD CONSTRAINT "inbox_retention_inbox_id_inboxes_id_fk" FOREIGN KEY ("inbox_id") REFERENCES "inboxes"("id") ON DELETE no action ON UPDATE no action;
