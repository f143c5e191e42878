ALTER TABLE "contacts" ADD COLUMN "listed" smallint DEFAULT 1 NOT NULL;
--> statement-breakpoint
UPDATE "contacts" SET "listed" = 0
WHERE "version" = 1 AND "owner_id" IS NULL AND "merged_into" IS NULL
	AND NOT EXISTS (SELECT 1 FROM "contact_tags" WHERE "contact_tags"."contact_id" = "contacts"."id")
	AND EXISTS (SELECT 1 FROM "conversations" WHERE "conversations"."contact_id" = "contacts"."id")
	AND NOT EXISTS (
		SELECT 1 FROM "conversations" INNER JOIN "inboxes" ON "inboxes"."id" = "conversations"."inbox_id"
		WHERE "conversations"."contact_id" = "contacts"."id" AND "inboxes"."kind" = 'shared'
	);
