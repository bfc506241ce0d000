CREATE TABLE "order_offers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"partner_id" uuid NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"deadline_s" integer NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"reason" text,
	"notification_id" uuid,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"closed_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "partners" ADD COLUMN "on_duty" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "order_offers" ADD CONSTRAINT "order_offers_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_offers" ADD CONSTRAINT "order_offers_partner_id_partners_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "order_offers_order_id" ON "order_offers" USING btree ("order_id","id");--> statement-breakpoint
CREATE INDEX "order_offers_partner_id" ON "order_offers" USING btree ("partner_id","order_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "order_offers_open" ON "order_offers" USING btree ("order_id") WHERE "order_offers"."state" = 'open';