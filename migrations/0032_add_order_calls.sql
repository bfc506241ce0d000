CREATE TABLE "order_calls" (
	"order_id" uuid NOT NULL,
	"caller_id" text NOT NULL,
	"call_id" text NOT NULL,
	"state" text NOT NULL,
	"rung_at" timestamp (3) with time zone NOT NULL,
	"missed" integer DEFAULT 0 NOT NULL,
	"notification_id" uuid,
	CONSTRAINT "order_calls_order_id_caller_id_pk" PRIMARY KEY("order_id","caller_id")
);
--> statement-breakpoint
ALTER TABLE "order_calls" ADD CONSTRAINT "order_calls_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_calls" ADD CONSTRAINT "order_calls_caller_id_users_id_fk" FOREIGN KEY ("caller_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;