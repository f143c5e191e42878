ALTER TABLE "notifications" ADD COLUMN "conversation_id" text COLLATE "C";
--> statement-breakpoint
ALTER TABLE "notifications" ADD COLUMN "seq" bigint;
--> statement-breakpoint
CREATE INDEX "notifications_conversation" ON "notifications" USING btree ("conversation_id") WHERE conversation_id IS NOT NULL;
--> statement-breakpoint
UPDATE "notifications" SET "conversation_id" = "data"::json ->> 'conversationId';
--> statement-breakpoint
UPDATE "notifications" SET "seq" = (
	SELECT "told"."seq" FROM "events" AS "told"
	WHERE "told"."stream" = 'agent:' || "notifications"."agent_id" AND "told"."at" = "notifications"."created_at"
		AND "told"."data"::json -> 'record' ->> 'id' = "notifications"."id"
) WHERE "conversation_id" IS NOT NULL;
