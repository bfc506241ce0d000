CREATE TABLE "known_devices" (
	"user_id" text NOT NULL,
	"fingerprint" text NOT NULL,
	"seen_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "known_devices_user_id_fingerprint_pk" PRIMARY KEY("user_id","fingerprint")
);
--> statement-breakpoint
CREATE TABLE "order_chat_notifications" (
	"order_id" uuid NOT NULL,
	"user_id" text NOT NULL,
	"notification_id" uuid,
	CONSTRAINT "order_chat_notifications_order_id_user_id_pk" PRIMARY KEY("order_id","user_id")
);
--> statement-breakpoint
ALTER TABLE "order_messages" ADD COLUMN "announced_at" timestamp (3) with time zone DEFAULT now();--> statement-breakpoint
ALTER TABLE "order_messages" ALTER COLUMN "announced_at" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "known_devices" ADD CONSTRAINT "known_devices_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_chat_notifications" ADD CONSTRAINT "order_chat_notifications_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_chat_notifications" ADD CONSTRAINT "order_chat_notifications_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "order_messages_unannounced" ON "order_messages" USING btree ("order_id") WHERE "order_messages"."announced_at" is null and "order_messages"."read_at" is null;--> statement-breakpoint
ALTER TABLE "notifications" DROP COLUMN "requested_channels";