CREATE TABLE "contact_addresses" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"contact_id" text COLLATE "C" NOT NULL,
	"channel" text COLLATE "C" NOT NULL,
	"address" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"created_at" bigint NOT NULL,
	"used_at" bigint
);
--> statement-breakpoint
INSERT INTO "contact_addresses" ("id", "contact_id", "channel", "address", "name", "created_at", "used_at") SELECT "id", "id", "channel", "address", "name", "created_at", "created_at" FROM "contacts";
--> statement-breakpoint
DROP INDEX "contacts_address";
--> statement-breakpoint
ALTER TABLE "contacts" DROP COLUMN "channel";
--> statement-breakpoint
ALTER TABLE "contacts" DROP COLUMN "address";
--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "name_key" text COLLATE "C" NOT NULL DEFAULT '';
--> statement-breakpoint
ALTER TABLE "contacts" ALTER COLUMN "name_key" DROP DEFAULT;
--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "owner_id" text COLLATE "C";
--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "version" integer NOT NULL DEFAULT 1;
--> statement-breakpoint
ALTER TABLE "contacts" ALTER COLUMN "version" DROP DEFAULT;
--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "merged_into" text COLLATE "C";
--> statement-breakpoint
ALTER TABLE "contacts" ADD COLUMN "erased_at" bigint;
--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "address_id" text COLLATE "C";
--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "wiped_at" bigint;
--> statement-breakpoint
UPDATE "conversations" SET "address_id" = "contact_id";
--> statement-breakpoint
ALTER TABLE "conversations" ALTER COLUMN "address_id" SET NOT NULL;
--> statement-breakpoint
ALTER TABLE "entries" DROP CONSTRAINT "entries_contact_id_contacts_id_fk";
--> statement-breakpoint
ALTER TABLE "entries" RENAME COLUMN "contact_id" TO "address_id";
--> statement-breakpoint
CREATE UNIQUE INDEX "contact_addresses_address" ON "contact_addresses" USING btree ("channel","address");
--> statement-breakpoint
CREATE INDEX "contact_addresses_contact" ON "contact_addresses" USING btree ("contact_id");
--> statement-breakpoint
CREATE INDEX "contacts_list" ON "contacts" USING btree ("name_key","id");
--> statement-breakpoint
CREATE INDEX "contacts_owner" ON "contacts" USING btree ("owner_id","name_key","id") WHERE owner_id IS NOT NULL;
--> statement-breakpoint
CREATE INDEX "conversations_address" ON "conversations" USING btree ("address_id");
--> statement-breakpoint
CREATE INDEX "automatic_answers_contact" ON "automatic_answers" USING btree ("contact_id");
--> statement-breakpoint
ALTER TABLE "contacts" ADD CONSTRAINT "contacts_owner_id_agents_id_fk" FOREIGN KEY ("owner_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "contact_addresses" ADD CONSTRAINT "contact_addresses_contact_id_contacts_id_fk" FOREIGN KEY ("contact_id") REFERENCES "contacts"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_address_id_contact_addresses_id_fk" FOREIGN KEY ("address_id") REFERENCES "contact_addresses"("id") ON DELETE no action ON UPDATE no action;
