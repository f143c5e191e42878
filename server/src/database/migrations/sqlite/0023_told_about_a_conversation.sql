ALTER TABLE `notifications` ADD `conversation_id` text;--> statement-breakpoint
ALTER TABLE `notifications` ADD `seq` integer;--> statement-breakpoint
CREATE INDEX `notifications_conversation` ON `notifications` (`conversation_id`) WHERE conversation_id IS NOT NULL;--> statement-breakpoint
UPDATE `notifications` SET `conversation_id` = json_extract(`data`, '$.conversationId');--> statement-breakpoint
UPDATE `notifications` SET `seq` = (
	SELECT `told`.`seq` FROM `events` AS `told`
	WHERE `told`.`stream` = 'agent:' || `notifications`.`agent_id` AND `told`.`at` = `notifications`.`created_at`
		AND json_extract(`told`.`data`, '$.record.id') = `notifications`.`id`
) WHERE `conversation_id` IS NOT NULL;