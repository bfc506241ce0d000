CREATE TABLE "devices" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"kind" text NOT NULL,
	"address" text NOT NULL,
	"p256dh" text,
	"auth" text,
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"registered_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reached_devices" (
	"delivery_key" text NOT NULL,
	"device_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "reached_devices_delivery_key_device_id_pk" PRIMARY KEY("delivery_key","device_id")
);
--> statement-breakpoint
CREATE TABLE "send_counts" (
	"user_id" text NOT NULL,
	"scope" text NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "send_counts_user_id_scope_ends_at_pk" PRIMARY KEY("user_id","scope","ends_at")
);
--> statement-breakpoint
ALTER TABLE "devices" ADD CONSTRAINT "devices_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reached_devices" ADD CONSTRAINT "reached_devices_device_id_devices_id_fk" FOREIGN KEY ("device_id") REFERENCES "public"."devices"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "devices_address" ON "devices" USING btree ("address");--> statement-breakpoint
CREATE INDEX "devices_user_id" ON "devices" USING btree ("user_id","id");--> statement-breakpoint
CREATE INDEX "reached_devices_device_id" ON "reached_devices" USING btree ("device_id");--> statement-breakpoint
CREATE INDEX "reached_devices_created_at" ON "reached_devices" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "send_counts_ends_at" ON "send_counts" USING btree ("ends_at");