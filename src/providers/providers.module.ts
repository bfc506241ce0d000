import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import type { DeliveryProvider } from './provider/delivery-provider.js';
import { DeviceRegistration } from './registration/device-registration.js';
import { DevicesController } from './registration/devices.controller.js';
import { DeviceData } from './device-data.js';
import { Devices } from './devices/devices.js';
import { EmailProvider } from './email/email-provider.js';
import { Fcm } from './push/fcm.js';
import { ProviderReports } from './provider/provider-reports.js';
import { Providers } from './providers.js';
import { PushProvider } from './push/push-provider.js';
import { SendLimits } from './send-limits.js';
import { SmsProvider } from './sms/sms-provider.js';
import { UserDevicesController } from './registration/user-devices.controller.js';
import { TwilioStatusController } from './sms/twilio-status.controller.js';
import { WebPush } from './push/web-push.js';

/** The provider classes of all channels. Add a line here to add a provider. */
const PROVIDER_CLASSES: (new (...dependencies: never[]) => DeliveryProvider)[] = [
  EmailProvider,
  SmsProvider,
  PushProvider,
];

/** E-mail, SMS and push. Each is on if it is configured. */
@Module({
  imports: [AuditModule, AuthModule],
  controllers: [DevicesController, TwilioStatusController, UserDevicesController],
  providers: [
    DeviceData,
    Devices,
    DeviceRegistration,
    Fcm,
    ProviderReports,
    SendLimits,
    WebPush,
    ...PROVIDER_CLASSES,
    {
      provide: Providers,
      inject: PROVIDER_CLASSES,
      useFactory: (...providers: DeliveryProvider[]) => new Providers(providers),
    },
  ],
  exports: [ProviderReports, Providers, SendLimits],
})
export class ProvidersModule {}
