DROP INDEX "streams_updated_at_index";--> statement-breakpoint
ALTER TABLE "stream_epoch" ADD COLUMN "origin" text;--> statement-breakpoint
-- 0 for existing rows, without rewriting the table: every snapshot sees what they say.
ALTER TABLE "streams" ADD COLUMN "changed_by" "xid8" DEFAULT '0' NOT NULL;--> statement-breakpoint
ALTER TABLE "streams" ALTER COLUMN "changed_by" SET DEFAULT pg_current_xact_id();--> statement-breakpoint
CREATE INDEX "streams_changed_by_index" ON "streams" USING btree ("changed_by");
--> statement-breakpoint
-- For appends by the former release, which still runs while this is applied, and by the trigger on users.
CREATE FUNCTION "note_changed_by"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.changed_by := pg_current_xact_id();
	RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER "streams_changed_by" BEFORE UPDATE OF head ON "streams"
FOR EACH ROW WHEN (NEW.head <> OLD.head AND NEW.changed_by = OLD.changed_by)
EXECUTE FUNCTION "note_changed_by"();
