import type { FastifyRequest } from 'fastify';
import { CalendarDate } from '../../time/calendar-date.js';
import { badParameter } from './api-error.js';

/** The query parameters of a request, by their whole names: `page[size]` is one name. */
export class QueryParameters {
  private readonly values: ReadonlyMap<string, readonly string[]>;

  constructor(query: unknown) {
    const entries = Object.entries(query as Record<string, string | string[]>);
    this.values = new Map(entries.map(([name, value]) => [name, [value].flat()]));
  }

  static of(request: FastifyRequest): QueryParameters {
    return new QueryParameters(request.query);
  }

  /** For a resource without parameters. @throws ApiError 400 naming the first that is given */
  static refuseAll(request: FastifyRequest): void {
    QueryParameters.of(request).refuseUnknown(() => false);
  }

  get names(): readonly string[] {
    return [...this.values.keys()];
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  /** Every value of the parameter; none when it is not given. */
  all(name: string): readonly string[] {
    return this.values.get(name) ?? [];
  }

  /**
   * The value of the parameter; undefined when it is not given.
   * @throws ApiError 400 when it is given more than once
   */
  one(name: string): string | undefined {
    const [value, ...others] = this.all(name);
    if (others.length > 0) throw badParameter(name, 'is given more than once');
    return value;
  }

  /**
   * The value of the parameter as a whole number within bounds.
   * @throws ApiError 400 when it is none
   */
  integer(name: string, { min, max }: { min: number; max: number }): number | undefined {
    const text = this.one(name);
    if (text === undefined) return undefined;
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    throw badParameter(name, `must be a whole number from ${min} to ${max}`);
  }

  /**
   * The value of the parameter as a day.
   * @throws ApiError 400 when it is none
   */
  date(name: string): CalendarDate | undefined {
    const text = this.one(name);
    if (text === undefined) return undefined;
    try {
      return CalendarDate.parse(text);
    } catch {
      throw badParameter(name, 'must be a date (YYYY-MM-DD) that exists');
    }
  }

  /**
   * Refuses what would otherwise be left out in silence, as JSON:API demands (jsonapi.org/format, "Query Parameters").
   * @throws ApiError 400 naming a parameter that is not known
   */
  refuseUnknown(isKnown: (name: string) => boolean): void {
    const unknown = this.names.find((name) => !isKnown(name));
    if (unknown !== undefined) throw badParameter(unknown, 'is not a parameter of this resource');
  }
}
