ALTER TABLE "users" ADD COLUMN "email_key" text;--> statement-breakpoint
-- Plain ASCII addresses, whose key SQL can compute. The service fills in the others at its start (src/auth/email-keys.ts).
UPDATE "users" SET "email_key" = "first"."key" FROM (
  SELECT DISTINCT ON ("key") "id", "key" FROM (
    SELECT "id", "created_at", lower("email" COLLATE "C") AS "key" FROM "users"
    WHERE "email" COLLATE "C" ~ '^[!-~]+@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}$' AND "email" COLLATE "C" !~* '[@.]xn--'
  ) AS "keys" ORDER BY "key", "created_at", "id"
) AS "first" WHERE "users"."id" = "first"."id";--> statement-breakpoint
CREATE UNIQUE INDEX "users_email_normal_form_key" ON "users" USING btree ("email_key");--> statement-breakpoint
CREATE INDEX "users_without_email_key_idx" ON "users" USING btree ("created_at","id") WHERE "users"."email" is not null and "users"."email_key" is null;