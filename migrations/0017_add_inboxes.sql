CREATE TABLE "broadcast_ranges" (
	"user_id" text NOT NULL,
	"hidden" boolean NOT NULL,
	"first_number" bigint NOT NULL,
	"last_number" bigint NOT NULL,
	CONSTRAINT "broadcast_ranges_user_id_hidden_first_number_pk" PRIMARY KEY("user_id","hidden","first_number")
);
--> statement-breakpoint
CREATE TABLE "inboxes" (
	"user_id" text PRIMARY KEY NOT NULL,
	"unread" bigint DEFAULT 0 NOT NULL,
	"read_to" uuid,
	"read_at" timestamp (3) with time zone,
	"broadcasts_seen" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
DROP INDEX "notifications_user_id";--> statement-breakpoint
DROP INDEX "notifications_unread";--> statement-breakpoint
ALTER TABLE "notifications" ADD COLUMN "settled" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "broadcast_ranges" ADD CONSTRAINT "broadcast_ranges_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "inboxes" ADD CONSTRAINT "inboxes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "notifications_type" ON "notifications" USING btree ("user_id","notification_type","id") WHERE "notifications"."hidden_at" is null;--> statement-breakpoint
CREATE INDEX "notifications_unsettled" ON "notifications" USING btree ("user_id","id") WHERE not "notifications"."settled" and "notifications"."read_at" is null and "notifications"."hidden_at" is null and "notifications"."user_id" is not null;--> statement-breakpoint
CREATE INDEX "notifications_user_id" ON "notifications" USING btree ("user_id","id") WHERE "notifications"."hidden_at" is null;--> statement-breakpoint
CREATE INDEX "notifications_unread" ON "notifications" USING btree ("user_id","id") WHERE "notifications"."read_at" is null and "notifications"."hidden_at" is null and "notifications"."user_id" is not null;--> statement-breakpoint
-- The rows that are there are counted below. What the former release inserts from now on is counted one by one.
ALTER TABLE "notifications" ALTER COLUMN "settled" SET DEFAULT false;--> statement-breakpoint
-- Nothing is sent or marked while the counters are filled.
LOCK TABLE "users", "notifications", "broadcast_marks", "broadcast_watermarks" IN SHARE ROW EXCLUSIVE MODE;--> statement-breakpoint
INSERT INTO "inboxes" ("user_id", "unread", "broadcasts_seen")
SELECT user_id, coalesce(own.unread, 0), coalesce(seen.broadcasts, 0)
FROM (
	SELECT user_id, count(*) AS unread FROM "notifications"
	WHERE user_id IS NOT NULL AND read_at IS NULL AND hidden_at IS NULL GROUP BY user_id
) AS own
FULL JOIN (
	SELECT mark.user_id, count(*) AS broadcasts FROM "broadcast_marks" mark
	JOIN "users" ON "users".id = mark.user_id
	LEFT JOIN "broadcast_watermarks" watermark ON watermark.user_id = mark.user_id
	WHERE mark.broadcast_number > greatest("users".broadcasts_before, watermark.read_to) GROUP BY mark.user_id
) AS seen USING (user_id);--> statement-breakpoint
INSERT INTO "broadcast_ranges" ("user_id", "hidden", "first_number", "last_number")
SELECT user_id, hidden, min(number), max(number)
FROM (
	SELECT user_id, hidden, number, number - row_number() OVER (PARTITION BY user_id, hidden ORDER BY number) AS island
	FROM (
		SELECT user_id, false AS hidden, broadcast_number AS number FROM "broadcast_marks" WHERE broadcast_number IS NOT NULL
		UNION ALL
		SELECT user_id, true, broadcast_number FROM "broadcast_marks" WHERE broadcast_number IS NOT NULL AND hidden_at IS NOT NULL
	) AS marked
) AS numbered
GROUP BY user_id, hidden, island;--> statement-breakpoint
CREATE FUNCTION "take_from_inbox"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE inboxes SET unread = unread - 1
	WHERE user_id = OLD.user_id AND (read_to IS NULL OR OLD.id > read_to OR (TG_OP = 'UPDATE' AND NOT NEW.settled));
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "notifications_no_longer_unread" AFTER UPDATE OF "read_at", "hidden_at", "settled" ON "notifications" FOR EACH ROW
WHEN (OLD.settled AND OLD.user_id IS NOT NULL AND OLD.read_at IS NULL AND OLD.hidden_at IS NULL
	AND (NEW.read_at IS NOT NULL OR NEW.hidden_at IS NOT NULL OR NOT NEW.settled))
EXECUTE FUNCTION "take_from_inbox"();
--> statement-breakpoint
CREATE TRIGGER "notifications_unread_removed" AFTER DELETE ON "notifications" FOR EACH ROW
WHEN (OLD.settled AND OLD.user_id IS NOT NULL AND OLD.read_at IS NULL AND OLD.hidden_at IS NULL)
EXECUTE FUNCTION "take_from_inbox"();
--> statement-breakpoint
CREATE FUNCTION "add_to_broadcast_ranges"(owner text, of_hidden boolean, number bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	below broadcast_ranges;
	above broadcast_ranges;
BEGIN
	SELECT * INTO below FROM broadcast_ranges
	WHERE user_id = owner AND hidden = of_hidden AND first_number <= number ORDER BY first_number DESC LIMIT 1;
	IF below.last_number >= number THEN
		RETURN;
	END IF;
	SELECT * INTO above FROM broadcast_ranges WHERE user_id = owner AND hidden = of_hidden AND first_number = number + 1;
	IF above.user_id IS NOT NULL THEN
		DELETE FROM broadcast_ranges WHERE user_id = owner AND hidden = of_hidden AND first_number = number + 1;
	END IF;
	IF below.last_number = number - 1 THEN
		UPDATE broadcast_ranges SET last_number = coalesce(above.last_number, number)
		WHERE user_id = owner AND hidden = of_hidden AND first_number = below.first_number;
	ELSE
		INSERT INTO broadcast_ranges (user_id, hidden, first_number, last_number)
		VALUES (owner, of_hidden, number, coalesce(above.last_number, number));
	END IF;
END $$;
--> statement-breakpoint
CREATE FUNCTION "broadcast_marked"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.hidden_at IS NOT NULL THEN
		PERFORM add_to_broadcast_ranges(NEW.user_id, true, NEW.broadcast_number);
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
CREATE TRIGGER "broadcast_marks_marked" AFTER INSERT OR UPDATE OF "hidden_at" ON "broadcast_marks" FOR EACH ROW
WHEN (NEW.broadcast_number IS NOT NULL) EXECUTE FUNCTION "broadcast_marked"();
--> statement-breakpoint
-- Marks are of broadcasts that are there, so none is above a watermark at the newest one.
CREATE FUNCTION "broadcasts_read"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE inboxes SET broadcasts_seen = 0 WHERE user_id = NEW.user_id AND broadcasts_seen > 0;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "broadcast_watermarks_read" AFTER INSERT OR UPDATE ON "broadcast_watermarks" FOR EACH ROW
EXECUTE FUNCTION "broadcasts_read"();
