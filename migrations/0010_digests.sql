ALTER TABLE "deliveries" ADD COLUMN "digest_id" uuid;--> statement-breakpoint
CREATE INDEX "deliveries_digests" ON "deliveries" USING btree ("user_id","due_at") WHERE "deliveries"."reason" = 'digest';