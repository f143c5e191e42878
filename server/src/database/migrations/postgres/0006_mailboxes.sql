CREATE TABLE "mailbox_copies" (
	"mail_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"mailbox_id" text COLLATE "C" NOT NULL,
	"conversation_id" text COLLATE "C" NOT NULL,
	"position" bigint NOT NULL,
	"attempts" integer NOT NULL,
	"due_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mailbox_folders" (
	"mailbox_id" text COLLATE "C" NOT NULL,
	"folder" text COLLATE "C" NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"uid_validity" text COLLATE "C" NOT NULL,
	"last_uid" bigint NOT NULL,
	"import_below" bigint NOT NULL,
	"import_since" bigint NOT NULL,
	"import_total" integer NOT NULL,
	"import_done" integer NOT NULL,
	"imported_at" bigint,
	"tries" integer NOT NULL,
	"scanned_at" bigint,
	CONSTRAINT "mailbox_folders_mailbox_id_folder_pk" PRIMARY KEY("mailbox_id","folder")
);
--> statement-breakpoint
CREATE TABLE "mailbox_mails" (
	"mailbox_id" text COLLATE "C" NOT NULL,
	"folder" text COLLATE "C" NOT NULL,
	"uid_validity" text COLLATE "C" NOT NULL,
	"uid" bigint NOT NULL,
	"outcome" text COLLATE "C" NOT NULL,
	"conversation_id" text COLLATE "C",
	"position" bigint,
	"reason" text COLLATE "C",
	"at" bigint NOT NULL,
	CONSTRAINT "mailbox_mails_mailbox_id_folder_uid_validity_uid_pk" PRIMARY KEY("mailbox_id","folder","uid_validity","uid")
);
--> statement-breakpoint
CREATE TABLE "mailboxes" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"inbox_id" text COLLATE "C" NOT NULL,
	"owner_id" text COLLATE "C",
	"address" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"incoming" text COLLATE "C" NOT NULL,
	"outgoing" text COLLATE "C",
	"secrets" text COLLATE "C" NOT NULL,
	"version" integer NOT NULL,
	"state" text COLLATE "C" NOT NULL,
	"failed_part" text COLLATE "C",
	"failed_code" text COLLATE "C",
	"failed_reason" text COLLATE "C",
	"state_at" bigint NOT NULL,
	"master_id" text COLLATE "C",
	"rate_per_minute" integer NOT NULL,
	"claimed_by" text COLLATE "C",
	"claim_no" integer NOT NULL,
	"claim_deadline" bigint,
	"created_by" text COLLATE "C",
	"created_at" bigint NOT NULL,
	"ended_at" bigint
);
--> statement-breakpoint
ALTER TABLE "inbox_addresses" ADD COLUMN "mailbox_id" text COLLATE "C";
--> statement-breakpoint
CREATE INDEX "mailbox_copies_due" ON "mailbox_copies" USING btree ("mailbox_id","due_at");
--> statement-breakpoint
CREATE INDEX "mailbox_mails_troubles" ON "mailbox_mails" USING btree ("mailbox_id","at") WHERE reason IS NOT NULL;
--> statement-breakpoint
CREATE UNIQUE INDEX "mailboxes_address" ON "mailboxes" USING btree ("address") WHERE ended_at IS NULL;
--> statement-breakpoint
CREATE INDEX "mailboxes_inbox" ON "mailboxes" USING btree ("inbox_id");
--> statement-breakpoint
CREATE INDEX "inbox_addresses_mailbox" ON "inbox_addresses" USING btree ("mailbox_id");
--> statement-breakpoint
ALTER TABLE "mailbox_copies" ADD CONSTRAINT "mailbox_copies_mailbox_id_mailboxes_id_fk" FOREIGN KEY ("mailbox_id") REFERENCES "mailboxes"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "mailbox_folders" ADD CONSTRAINT "mailbox_folders_mailbox_id_mailboxes_id_fk" FOREIGN KEY ("mailbox_id") REFERENCES "mailboxes"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "mailbox_mails" ADD CONSTRAINT "mailbox_mails_mailbox_id_mailboxes_id_fk" FOREIGN KEY ("mailbox_id") REFERENCES "mailboxes"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "mailboxes" ADD CONSTRAINT "mailboxes_inbox_id_inboxes_id_fk" FOREIGN KEY ("inbox_id") REFERENCES "inboxes"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "mailboxes" ADD CONSTRAINT "mailboxes_owner_id_agents_id_fk" FOREIGN KEY ("owner_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "mailboxes" ADD CONSTRAINT "mailboxes_master_id_mailboxes_id_fk" FOREIGN KEY ("master_id") REFERENCES "mailboxes"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "mailboxes" ADD CONSTRAINT "mailboxes_created_by_agents_id_fk" FOREIGN KEY ("created_by") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "inbox_addresses" ADD CONSTRAINT "inbox_addresses_mailbox_id_mailboxes_id_fk" FOREIGN KEY ("mailbox_id") REFERENCES "mailboxes"("id") ON DELETE no action ON UPDATE no action;
