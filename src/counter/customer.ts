import type { Configuration } from '../config/configuration.js';

/** The only customer: usages do not say from which institution they come (Code of Practice 5.1, section 3.1.2). */
export const CUSTOMER = {
  id: '0000000000000000',
  name: 'The World',
  proprietaryId: ({ counterPlatformId }: Configuration): string => `${counterPlatformId}:0000000000000000`,
} as const;
