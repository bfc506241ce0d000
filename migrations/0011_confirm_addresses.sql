CREATE TABLE "address_confirmations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"kind" text NOT NULL,
	"address" text NOT NULL,
	"requester" text NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
-- Existing addresses count as confirmed, so that an upgrade stops no messages. A default that is dropped again marks all rows
-- without rewriting the table. Phone numbers can change while the former release still runs: only existing ones are marked.
ALTER TABLE "users" ADD COLUMN "email_confirmed_at" timestamp (3) with time zone DEFAULT now();--> statement-breakpoint
ALTER TABLE "users" ALTER COLUMN "email_confirmed_at" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "phone_confirmed_at" timestamp (3) with time zone;--> statement-breakpoint
UPDATE "users" SET "phone_confirmed_at" = now() WHERE "phone" IS NOT NULL;--> statement-breakpoint
-- Empty for existing rows: what their requests named is not known.
ALTER TABLE "notifications" ADD COLUMN "requested_channels" text[] DEFAULT '{}';--> statement-breakpoint
ALTER TABLE "notifications" ALTER COLUMN "requested_channels" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "address_confirmations" ADD CONSTRAINT "address_confirmations_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "address_confirmations_user_id" ON "address_confirmations" USING btree ("user_id","created_at");--> statement-breakpoint
CREATE INDEX "address_confirmations_address" ON "address_confirmations" USING btree ("address","created_at");--> statement-breakpoint
CREATE INDEX "address_confirmations_requester" ON "address_confirmations" USING btree ("requester","created_at");--> statement-breakpoint
CREATE INDEX "address_confirmations_created_at" ON "address_confirmations" USING btree ("created_at");