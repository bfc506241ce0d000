CREATE TABLE "broadcast_retractions" (
	"first_number" bigint PRIMARY KEY NOT NULL,
	"last_number" bigint NOT NULL,
	"before" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "unsettled_retractions" (
	"notification_id" uuid PRIMARY KEY NOT NULL,
	"broadcast_number" bigint NOT NULL
);
--> statement-breakpoint
DROP INDEX "broadcast_marks_number";--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "retracted_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "retracted" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "notifications" ADD COLUMN "retracted_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "notifications" ADD COLUMN "batch_id" uuid;--> statement-breakpoint
ALTER TABLE "unsettled_retractions" ADD CONSTRAINT "unsettled_retractions_notification_id_notifications_id_fk" FOREIGN KEY ("notification_id") REFERENCES "public"."notifications"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "broadcast_marks_notification" ON "broadcast_marks" USING btree ("notification_id","user_id");--> statement-breakpoint
CREATE INDEX "notifications_batch" ON "notifications" USING btree ("batch_id","id") WHERE "notifications"."batch_id" is not null;--> statement-breakpoint
CREATE FUNCTION "add_to_broadcast_retractions"(number bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	below broadcast_retractions;
	above broadcast_retractions;
BEGIN
	LOCK TABLE broadcast_retractions IN SHARE ROW EXCLUSIVE MODE;
	SELECT * INTO below FROM broadcast_retractions WHERE first_number <= number ORDER BY first_number DESC LIMIT 1;
	IF below.last_number >= number THEN
		RETURN;
	END IF;
	UPDATE broadcast_retractions SET before = before + 1 WHERE first_number > number;
	DELETE FROM broadcast_retractions WHERE first_number = number + 1 RETURNING * INTO above;
	IF below.last_number = number - 1 THEN
		UPDATE broadcast_retractions SET last_number = coalesce(above.last_number, number) WHERE first_number = below.first_number;
	ELSE
		INSERT INTO broadcast_retractions (first_number, last_number, before)
		VALUES (number, coalesce(above.last_number, number), coalesce(below.before + below.last_number - below.first_number + 1, 0));
	END IF;
END $$;
--> statement-breakpoint
CREATE FUNCTION "broadcast_retracted"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM add_to_broadcast_retractions(NEW.broadcast_number);
	INSERT INTO unsettled_retractions (notification_id, broadcast_number) VALUES (NEW.id, NEW.broadcast_number);
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "notifications_broadcast_retracted" AFTER UPDATE OF "retracted_at" ON "notifications" FOR EACH ROW
WHEN (NEW.user_id IS NULL AND OLD.retracted_at IS NULL AND NEW.retracted_at IS NOT NULL)
EXECUTE FUNCTION "broadcast_retracted"();
--> statement-breakpoint
-- Waits for a retraction of the broadcast that is not committed yet. A retracted broadcast gets no marks.
CREATE OR REPLACE FUNCTION "number_broadcast_mark"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	retracted timestamptz;
BEGIN
	SELECT broadcast_number, retracted_at INTO NEW.broadcast_number, retracted FROM notifications
	WHERE id = NEW.notification_id FOR KEY SHARE;
	IF retracted IS NOT NULL THEN
		RETURN NULL;
	END IF;
	RETURN NEW;
END $$;
--> statement-breakpoint
CREATE FUNCTION "broadcast_unmarked"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE inboxes SET broadcasts_seen = broadcasts_seen - 1
	FROM users LEFT JOIN broadcast_watermarks watermark ON watermark.user_id = users.id
	WHERE inboxes.user_id = OLD.user_id AND users.id = OLD.user_id
		AND OLD.broadcast_number > greatest(users.broadcasts_before, watermark.read_to);
	RETURN NULL;
END $$;
--> statement-breakpoint
-- Not for marks that are deleted together with their broadcast: the number of broadcasts stays the same then.
CREATE TRIGGER "broadcast_marks_unmarked" AFTER DELETE ON "broadcast_marks" FOR EACH ROW
WHEN (OLD.broadcast_number IS NOT NULL AND pg_trigger_depth() = 0) EXECUTE FUNCTION "broadcast_unmarked"();
