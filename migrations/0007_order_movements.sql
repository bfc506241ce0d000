CREATE TABLE "order_milestones" (
	"order_id" uuid NOT NULL,
	"place" text NOT NULL,
	"milestone" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "order_milestones_order_id_place_milestone_pk" PRIMARY KEY("order_id","place","milestone")
);
--> statement-breakpoint
CREATE TABLE "order_track" (
	"sequence" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "order_track_sequence_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"order_id" uuid NOT NULL,
	"partner_id" uuid NOT NULL,
	"latitude" double precision NOT NULL,
	"longitude" double precision NOT NULL,
	"accuracy" real,
	"heading" real,
	"measured_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "pickup_location" jsonb;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "delivery_location" jsonb;--> statement-breakpoint
ALTER TABLE "order_milestones" ADD CONSTRAINT "order_milestones_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_track" ADD CONSTRAINT "order_track_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_track" ADD CONSTRAINT "order_track_partner_id_partners_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."partners"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "order_track_order_id" ON "order_track" USING btree ("order_id","sequence");--> statement-breakpoint
CREATE INDEX "order_track_recorded_at" ON "order_track" USING brin ("recorded_at");