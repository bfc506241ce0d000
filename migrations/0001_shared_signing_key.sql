CREATE TABLE "signing_keys" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"secret" text NOT NULL,
	CONSTRAINT "signing_keys_one_row" CHECK ("signing_keys"."id" = 1)
);
