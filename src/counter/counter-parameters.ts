/** The query parameters of a request. A repeated parameter is a list, as if its values were joined with `|`. */
export class CounterParameters {
  private readonly values: ReadonlyMap<string, string>;

  constructor(
    query: unknown,
    /** The one value of the filter `platform`. */
    readonly platformName: string,
  ) {
    const entries = Object.entries(query as Record<string, string | string[]>);
    this.values = new Map(entries.map(([name, value]) => [name, [value].flat().join('|')]));
  }

  get names(): string[] {
    return [...this.values.keys()];
  }

  /** Undefined when the parameter is absent or empty. */
  find(name: string): string | undefined {
    return this.values.get(name) || undefined;
  }

  list(name: string): string[] {
    return (this.find(name) ?? '').split('|').filter((value) => value !== '');
  }
}
