CREATE TABLE "notification_settings" (
	"agent_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"data" text COLLATE "C" NOT NULL,
	"changed_at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "notification_settings" ADD CONSTRAINT "notification_settings_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE no action ON UPDATE no action;
