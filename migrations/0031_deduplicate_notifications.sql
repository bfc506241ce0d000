CREATE TABLE "notification_duplicates" (
	"key" text PRIMARY KEY NOT NULL,
	"answer" text,
	"until" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "notification_duplicates_until" ON "notification_duplicates" USING btree ("until");