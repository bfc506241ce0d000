ALTER TABLE "users" ADD COLUMN "issuer_role" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "issuer_role_at" timestamp (3) with time zone;
--> statement-breakpoint
CREATE FUNCTION "order_access_check"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	WITH raised AS (
		INSERT INTO streams (name, head, updated_at) VALUES ('control', 1, clock_timestamp())
		ON CONFLICT (name) DO UPDATE SET head = streams.head + 1, updated_at = clock_timestamp()
		RETURNING name, head
	)
	INSERT INTO stream_entries (stream, position, type, payload)
	SELECT name, head, 'check_access', json_build_object('type', 'check_access', 'user_id', OLD.id) FROM raised;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER "users_access_changed" AFTER UPDATE OF disabled, role ON "users" DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (OLD.disabled IS DISTINCT FROM NEW.disabled OR OLD.role IS DISTINCT FROM NEW.role)
EXECUTE FUNCTION "order_access_check"();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER "users_deleted" AFTER DELETE ON "users" DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION "order_access_check"();
