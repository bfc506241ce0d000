import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { OrdersModule } from '../orders/orders.module.js';
import { RealtimeInfoModule } from '../realtime-info/realtime-info.module.js';
import { RealtimeModule } from '../realtime/realtime.module.js';
import { OrderSharesController } from './order-shares.controller.js';
import { OrderShares } from './order-shares.js';
import { SharedOrderSockets } from './shared-order-sockets.js';
import { ShareTokens } from './share-tokens.js';
import { SharedOrdersController } from './shared-orders.controller.js';
import { SharedOrdersGateway } from './shared-orders.gateway.js';
import { SharedOrders } from './shared-orders.js';

/** Orders that can be followed by a link, without an account. */
@Module({
  imports: [AuthModule, OrdersModule, RealtimeModule, RealtimeInfoModule],
  controllers: [OrderSharesController, SharedOrdersController],
  providers: [ShareTokens, OrderShares, SharedOrders, SharedOrderSockets, SharedOrdersGateway],
})
export class SharedOrdersModule {}
