import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { SecurityAlerts } from './security-alerts.js';

/** Security alerts to the owners of accounts. */
@Module({ imports: [AuthModule, NotificationsModule], providers: [SecurityAlerts] })
export class SecurityAlertsModule {}
