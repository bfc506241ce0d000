import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import { authorOf } from '../auth/principal/actor.js';
import { ServiceError } from '../errors/error/service-error.js';
import { NotificationRequests } from '../notifications/sending/notification-requests.js';
import type { CreateNotificationDto } from '../notifications/requests/notifications.dto.js';
import { DemoAccounts } from './demo-accounts.js';
import type { DemoPeople } from './demo-accounts.js';
import { DemoOrders, demoRequest } from './demo-orders.js';

/** Loads the demo data through the service classes. Loads it once, regardless of the number of nodes and startups. */
@Injectable()
export class DemoData implements OnApplicationBootstrap {
  private readonly logger = new Logger('DemoData');

  constructor(
    private readonly accounts: DemoAccounts,
    private readonly orders: DemoOrders,
    private readonly notifications: NotificationRequests,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (await this.isLoaded()) return;
    try {
      await this.load();
      this.logger.log('demo data loaded');
    } catch (error) {
      // Another node has created the same data first and continues. If it crashes, the next start continues.
      if (!(error instanceof ServiceError) || error.code !== 'conflict') throw error;
    }
  }

  /** Two look-ups, the only cost of a startup with existing demo data. */
  private async isLoaded(): Promise<boolean> {
    const customer = await this.accounts.find('customer');
    return customer !== null && (await this.orders.exist({ customer }));
  }

  private async load(): Promise<void> {
    const [admin, customer, partner] = await Promise.all([
      this.accounts.ensure('admin'),
      this.accounts.ensure('customer'),
      this.accounts.ensure('partner'),
    ]);
    const people: DemoPeople = { admin, customer, partner };
    await this.welcome(people);
    // Must be last, because the existence of the orders means that the demo data is complete.
    await this.orders.ensure(people);
  }

  private async welcome(people: DemoPeople): Promise<void> {
    const bodies: CreateNotificationDto[] = [
      {
        broadcast: true,
        notification_type: 'general',
        title: 'Welcome to Tidings',
        message:
          'This is a broadcast: it was sent to all users and is stored once. Each user marks it as read separately.',
      },
      {
        user_id: people.customer.userId,
        notification_type: 'general',
        title: 'Follow an order',
        message: 'Open one of your orders: its status, its location and its chat arrive live.',
      },
      {
        user_id: people.partner.userId,
        notification_type: 'general',
        title: 'An order is waiting',
        message: 'Open the order that was picked up, change its status, and send your location.',
      },
    ];
    for (const [index, body] of bodies.entries()) {
      await this.notifications.create(demoRequest(people, `welcome ${index}`, body), authorOf(people.admin), body);
    }
  }
}
