/** The addresses that a user confirms before anything else is sent to them. */
export const ADDRESS_KINDS = ['email', 'phone'] as const;
export type AddressKind = (typeof ADDRESS_KINDS)[number];

/** The channel that reaches an address of this kind. */
export const CHANNEL_OF = { email: 'email', phone: 'sms' } as const;

/** How long code and link are valid. Seconds. */
export const LIFE_SECONDS: Readonly<Record<AddressKind, number>> = { email: 86_400, phone: 3_600 };
