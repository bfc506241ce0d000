import { AuthSettings } from './sections/auth-settings.js';
import { DatabaseSettings } from './sections/database-settings.js';
import { JobSettings } from './sections/job-settings.js';
import { LimitSettings } from './sections/limit-settings.js';
import { NotificationSettings } from './sections/notification-settings.js';
import { OrderSettings } from './sections/order-settings.js';
import { ProcessSettings } from './sections/process-settings.js';
import { ProviderSettings } from './sections/provider-settings.js';
import { RedisSettings } from './sections/redis-settings.js';
import { SocketSettings } from './sections/socket-settings.js';
import { WebhookSettings } from './sections/webhook-settings.js';

/** All environment variables of the service, read and validated once at startup. The class is also the injection token. */
export class Settings {
  readonly process = new ProcessSettings();
  readonly database = new DatabaseSettings();
  readonly redis = new RedisSettings();
  readonly auth = new AuthSettings();
  readonly limits = new LimitSettings();
  readonly sockets = new SocketSettings();
  readonly jobs = new JobSettings();
  readonly orders = new OrderSettings();
  readonly notifications = new NotificationSettings();
  readonly providers = new ProviderSettings();
  readonly webhooks = new WebhookSettings();
}

/** The sections in the order of their declaration, which is that of the documentation. */
export function sectionsOf(settings: Settings): object[] {
  return Object.values(settings) as object[];
}
