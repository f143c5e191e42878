CREATE TABLE "address_troubles" (
	"address" text COLLATE "C" PRIMARY KEY NOT NULL,
	"gone_at" bigint,
	"gone_reason" text COLLATE "C",
	"gone_code" text COLLATE "C",
	"complained_at" bigint
);
--> statement-breakpoint
CREATE TABLE "correspondences" (
	"inbox_id" text COLLATE "C" NOT NULL,
	"address" text COLLATE "C" NOT NULL,
	"incoming" text COLLATE "C" NOT NULL,
	"machine_turns" integer NOT NULL,
	"answered_at" bigint,
	"stopped_until" bigint,
	CONSTRAINT "correspondences_inbox_id_address_pk" PRIMARY KEY("inbox_id","address")
);
--> statement-breakpoint
ALTER TABLE "correspondences" ADD CONSTRAINT "correspondences_inbox_id_inboxes_id_fk" FOREIGN KEY ("inbox_id") REFERENCES "inboxes"("id") ON DELETE no action ON UPDATE no action;
