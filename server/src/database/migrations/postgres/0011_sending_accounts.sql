CREATE TABLE "sending_accounts" (
	"account" text COLLATE "C" PRIMARY KEY NOT NULL,
	"failures" integer NOT NULL,
	"pauses" integer NOT NULL,
	"wait_until" bigint NOT NULL,
	"wait_reason" text COLLATE "C",
	"probe" text COLLATE "C",
	"last_error" text COLLATE "C",
	"failing_since" bigint
);
--> statement-breakpoint
ALTER TABLE "dkim_keys" ADD COLUMN "next_selector" text COLLATE "C";
--> statement-breakpoint
ALTER TABLE "dkim_keys" ADD COLUMN "next_sealed_key" text COLLATE "C";
--> statement-breakpoint
ALTER TABLE "dkim_keys" ADD COLUMN "next_public_key" text COLLATE "C";
--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "account" text COLLATE "C";
--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "waits" text COLLATE "C";
--> statement-breakpoint
ALTER TABLE "outbox_attempts" ADD COLUMN "account" text COLLATE "C";
--> statement-breakpoint
CREATE INDEX "outbox_attempts_account" ON "outbox_attempts" USING btree ("account","started_at") WHERE account IS NOT NULL;
