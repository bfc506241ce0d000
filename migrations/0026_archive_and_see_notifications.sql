ALTER TABLE "broadcast_marks" ADD COLUMN "archived_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "inboxes" ADD COLUMN "seen_to" uuid;--> statement-breakpoint
ALTER TABLE "notifications" ADD COLUMN "archived_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "broadcast_marks_archived" ON "broadcast_marks" USING btree ("user_id","notification_id") WHERE "broadcast_marks"."archived_at" is not null;--> statement-breakpoint
CREATE INDEX "notifications_archived" ON "notifications" USING btree ("user_id","id") WHERE "notifications"."archived_at" is not null;--> statement-breakpoint
-- An unread notification that returns to the list is counted again, unless its owner has read all meanwhile.
CREATE FUNCTION "return_to_inbox"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE inboxes SET unread = unread + 1 WHERE user_id = NEW.user_id AND (read_to IS NULL OR NEW.id > read_to);
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "notifications_unread_again" AFTER UPDATE OF "hidden_at" ON "notifications" FOR EACH ROW
WHEN (NEW.settled AND NEW.user_id IS NOT NULL AND NEW.read_at IS NULL AND OLD.hidden_at IS NOT NULL AND NEW.hidden_at IS NULL)
EXECUTE FUNCTION "return_to_inbox"();
--> statement-breakpoint
CREATE FUNCTION "remove_from_broadcast_ranges"(owner text, of_hidden boolean, number bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	found broadcast_ranges;
BEGIN
	SELECT * INTO found FROM broadcast_ranges
	WHERE user_id = owner AND hidden = of_hidden AND first_number <= number ORDER BY first_number DESC LIMIT 1;
	IF found.user_id IS NULL OR found.last_number < number THEN
		RETURN;
	END IF;
	DELETE FROM broadcast_ranges WHERE user_id = owner AND hidden = of_hidden AND first_number = found.first_number;
	INSERT INTO broadcast_ranges (user_id, hidden, first_number, last_number)
	SELECT owner, of_hidden, part.first_number, part.last_number
	FROM (VALUES (found.first_number, number - 1), (number + 1, found.last_number)) AS part(first_number, last_number)
	WHERE part.first_number <= part.last_number;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION "broadcast_marked"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.hidden_at IS NOT NULL THEN
		PERFORM add_to_broadcast_ranges(NEW.user_id, true, NEW.broadcast_number);
	ELSIF TG_OP = 'UPDATE' THEN
		PERFORM remove_from_broadcast_ranges(NEW.user_id, true, NEW.broadcast_number);
	END IF;
	IF TG_OP = 'INSERT' THEN
		PERFORM add_to_broadcast_ranges(NEW.user_id, false, NEW.broadcast_number);
		INSERT INTO inboxes AS inbox (user_id, broadcasts_seen)
		SELECT NEW.user_id, 1 FROM users LEFT JOIN broadcast_watermarks watermark ON watermark.user_id = users.id
		WHERE users.id = NEW.user_id AND NEW.broadcast_number > greatest(users.broadcasts_before, watermark.read_to)
		ON CONFLICT (user_id) DO UPDATE SET broadcasts_seen = inbox.broadcasts_seen + 1;
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
-- Numbers of retracted broadcasts may stay in the ranges: lists skip them anyway.
CREATE OR REPLACE FUNCTION "broadcast_unmarked"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE inboxes SET broadcasts_seen = broadcasts_seen - 1
	FROM users LEFT JOIN broadcast_watermarks watermark ON watermark.user_id = users.id
	WHERE inboxes.user_id = OLD.user_id AND users.id = OLD.user_id
		AND OLD.broadcast_number > greatest(users.broadcasts_before, watermark.read_to);
	IF EXISTS (SELECT FROM notifications WHERE id = OLD.notification_id AND retracted_at IS NULL) THEN
		PERFORM remove_from_broadcast_ranges(OLD.user_id, false, OLD.broadcast_number);
		PERFORM remove_from_broadcast_ranges(OLD.user_id, true, OLD.broadcast_number);
	END IF;
	RETURN NULL;
END $$;
