CREATE TABLE "broadcast_total" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"total" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "broadcast_total_one_row" CHECK ("broadcast_total"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "broadcast_watermarks" (
	"user_id" text PRIMARY KEY NOT NULL,
	"read_to" bigint NOT NULL,
	"read_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "broadcast_watermarks" ADD CONSTRAINT "broadcast_watermarks_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notifications" ADD COLUMN "broadcast_number" bigint;--> statement-breakpoint
ALTER TABLE "broadcast_marks" ADD COLUMN "broadcast_number" bigint;--> statement-breakpoint
-- Nothing is sent or read while what there is gets its numbers.
LOCK TABLE "users", "notifications", "broadcast_marks" IN SHARE ROW EXCLUSIVE MODE;--> statement-breakpoint
UPDATE "notifications" SET "broadcast_number" = numbered.number
FROM (SELECT id, row_number() OVER (ORDER BY created_at, id) AS number FROM "notifications" WHERE user_id IS NULL) AS numbered
WHERE numbered.id = "notifications".id;--> statement-breakpoint
INSERT INTO "broadcast_total" ("total") SELECT count(*) FROM "notifications" WHERE user_id IS NULL;--> statement-breakpoint
UPDATE "broadcast_marks" SET "broadcast_number" = "notifications"."broadcast_number"
FROM "notifications" WHERE "notifications".id = "broadcast_marks".notification_id;--> statement-breakpoint
CREATE FUNCTION "broadcasts_so_far"() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT total FROM broadcast_total $$;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "broadcasts_before" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ALTER COLUMN "broadcasts_before" SET DEFAULT broadcasts_so_far();--> statement-breakpoint
CREATE INDEX "migrated_broadcasts" ON "notifications" USING btree ("created_at", "broadcast_number") WHERE "notifications"."user_id" is null;--> statement-breakpoint
-- As it was counted until now: broadcasts from the moment of the registration on.
UPDATE "users" SET "broadcasts_before" = earlier.number
FROM (
	SELECT id, (
		SELECT broadcast_number FROM "notifications" WHERE user_id IS NULL AND created_at < "users".created_at
		ORDER BY created_at DESC, broadcast_number DESC LIMIT 1
	) AS number FROM "users"
) AS earlier
WHERE earlier.id = "users".id AND earlier.number IS NOT NULL;--> statement-breakpoint
DROP INDEX "migrated_broadcasts";--> statement-breakpoint
DROP INDEX "notifications_broadcast";--> statement-breakpoint
CREATE INDEX "notifications_broadcast" ON "notifications" USING btree ("id","broadcast_number") WHERE "notifications"."user_id" is null;--> statement-breakpoint
CREATE INDEX "notifications_broadcast_number" ON "notifications" USING btree ("broadcast_number") WHERE "notifications"."user_id" is null;--> statement-breakpoint
CREATE INDEX "broadcast_marks_number" ON "broadcast_marks" USING btree ("user_id","broadcast_number");--> statement-breakpoint
-- Numbers are given here, so that they are dense and rise with the commits, whoever inserts. The row lock on the total is held until then.
CREATE FUNCTION "number_broadcasts"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	fresh bigint;
	before bigint;
BEGIN
	SELECT count(*) INTO fresh FROM inserted WHERE user_id IS NULL AND broadcast_number IS NULL;
	IF fresh > 0 THEN
		UPDATE broadcast_total SET total = total + fresh RETURNING total - fresh INTO before;
		UPDATE notifications SET broadcast_number = before + numbered.number
		FROM (SELECT id, row_number() OVER (ORDER BY created_at, id) AS number FROM inserted WHERE user_id IS NULL AND broadcast_number IS NULL) AS numbered
		WHERE notifications.id = numbered.id;
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "notifications_number_broadcasts" AFTER INSERT ON "notifications" REFERENCING NEW TABLE AS inserted
FOR EACH STATEMENT EXECUTE FUNCTION "number_broadcasts"();
--> statement-breakpoint
CREATE FUNCTION "number_broadcast_mark"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	SELECT broadcast_number INTO NEW.broadcast_number FROM notifications WHERE id = NEW.notification_id;
	RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER "broadcast_marks_number" BEFORE INSERT ON "broadcast_marks"
FOR EACH ROW WHEN (NEW.broadcast_number IS NULL) EXECUTE FUNCTION "number_broadcast_mark"();
