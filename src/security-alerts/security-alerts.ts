import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { SecurityEvents } from '../auth/sessions/security-events.js';
import type { SecurityEvent } from '../auth/sessions/security-events.js';
import type { Transaction } from '../database/backend/transaction.js';
import { NotificationSender } from '../notifications/sending/notification-sender.js';

/** Notifies the owner of an account about events that another person may have caused, in the transaction of the event. */
@Injectable()
export class SecurityAlerts implements OnModuleInit {
  constructor(
    private readonly events: SecurityEvents,
    private readonly sender: NotificationSender,
  ) {}

  onModuleInit(): void {
    this.events.on((tx, userId, event) => this.alert(tx, userId, event));
  }

  private async alert(tx: Transaction, userId: string, event: SecurityEvent): Promise<void> {
    const data = { event: event.kind, address: 'address' in event ? event.address : null };
    await this.sender.notify(tx, [userId], { notificationType: 'security_alert', data });
  }
}
