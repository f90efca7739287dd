/** Options of `@IsUrl` for a web address. */
export const webUrl = { require_tld: false, require_protocol: true, protocols: ['http', 'https'] };

/** Options of `@IsUrl` for a PostgreSQL database. */
export const postgresUrl = { ...webUrl, protocols: ['postgres', 'postgresql'] };
