import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { OrdersModule } from '../orders/orders.module.js';
import { PartnersModule } from '../partners/partners.module.js';
import { DemoAccounts } from './demo-accounts.js';
import { DemoData } from './demo-data.js';
import { DemoOrders } from './demo-orders.js';

/** Sample accounts, orders and notifications, loaded at the first start (DEMO_DATA). */
@Module({
  imports: [AuthModule, NotificationsModule, OrdersModule, PartnersModule],
  providers: [DemoAccounts, DemoOrders, DemoData],
})
export class DemoModule {}
