/** The kinds of addresses that users confirm before other messages are sent to them. */
export const ADDRESS_KINDS = ['email', 'phone'] as const;
export type AddressKind = (typeof ADDRESS_KINDS)[number];

/** The channel for each kind of address. */
export const CHANNEL_OF = { email: 'email', phone: 'sms' } as const;

/** How long the code and the link are valid. Seconds. */
export const LIFE_SECONDS: Readonly<Record<AddressKind, number>> = { email: 86_400, phone: 3_600 };
