import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Configuration } from '../config/configuration.js';
import { ApiKeys } from '../http/auth/api-keys.service.js';
import type { CounterParameters } from './counter-parameters.js';
import { CUSTOMER } from './customer.js';
import { CounterError } from './exceptions.js';

/** Checks who asks, and for which customer (Code of Practice 5.1, section 8.4). */
@Injectable()
export class CounterCredentials {
  constructor(
    private readonly configuration: Configuration,
    private readonly apiKeys: ApiKeys,
  ) {}

  /**
   * Reports the fault with the lowest code. An API key may also be the bearer token of the request.
   * @param required parameters that the request must have besides its credentials
   * @throws CounterError 1030, 2000, 2010 or 2020
   */
  check(request: FastifyRequest, parameters: CounterParameters, required: readonly string[] = []): void {
    const { counterRequestorIds: requestors } = this.configuration;
    const [customer, requestor, key] = ['customer_id', 'requestor_id', 'api_key'].map((name) => parameters.find(name));
    const hasKeys = this.apiKeys.isConfigured('counter:read');
    const hasValidKey =
      this.apiKeys.allows(request, 'counter:read') || (key !== undefined && this.apiKeys.isValid(key, 'counter:read'));
    const needsRequestor = requestors.length > 0 && !hasValidKey;
    const names = ['customer_id', ...(needsRequestor ? ['requestor_id'] : []), ...required];
    const missing = names.filter((name) => parameters.find(name) === undefined);
    if (missing.length > 0) throw new CounterError(1030, `missing: ${missing.join(', ')}`);
    if (needsRequestor && !requestors.includes(requestor ?? '')) throw new CounterError(2000);
    if (customer !== CUSTOMER.id)
      throw new CounterError(2010, `the only customer is ${CUSTOMER.id} (${CUSTOMER.name})`);
    const isOpen = requestors.length === 0 && !hasKeys;
    const needsKey = hasKeys && requestors.length === 0;
    if (!isOpen && !hasValidKey && (needsKey || key !== undefined)) throw new CounterError(2020);
  }
}
