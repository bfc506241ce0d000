/** The addresses that a user confirms before anything else is sent to them. */
export const ADDRESS_KINDS = ['email', 'phone'] as const;
export type AddressKind = (typeof ADDRESS_KINDS)[number];

/** The channel that reaches an address of this kind. */
export const CHANNEL_OF = { email: 'email', phone: 'sms' } as const;
