import { Module } from '@nestjs/common';
import type { DeliveryProvider } from './delivery-provider.js';
import { ProviderReports } from './provider-reports.js';
import { Providers } from './providers.js';

/** Every class that sends for a channel: one more line here is one more provider. */
const PROVIDER_CLASSES: (new (...dependencies: never[]) => DeliveryProvider)[] = [];

/** E-mail, SMS and push, each on when its settings are given. */
@Module({
  providers: [
    ProviderReports,
    ...PROVIDER_CLASSES,
    {
      provide: Providers,
      inject: PROVIDER_CLASSES,
      useFactory: (...providers: DeliveryProvider[]) => new Providers(providers),
    },
  ],
  exports: [ProviderReports, Providers],
})
export class ProvidersModule {}
