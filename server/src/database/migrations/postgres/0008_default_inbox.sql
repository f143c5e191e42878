ALTER TABLE "agents" ADD COLUMN "default_inbox_id" text COLLATE "C";
