import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * The one spelling of a network address: `::ffff:192.0.2.1` becomes `192.0.2.1`, and `2001:DB8:0::1` becomes `2001:db8::1`.
 * Text that is not an address stays as it is.
 */
export function normalizeAddress(text: string): string {
  // Node.js accepts only the usual spelling, without leading zeros.
  if (isIPv4(text)) return text;
  return ipaddr.isValid(text) ? ipaddr.process(text).toString() : text;
}
