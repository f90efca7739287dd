/** For the name of each count, the SQL condition that a counted row fulfils. */
export type CountConditions = Readonly<Record<string, string>>;

/** SQL for a JSON object of counts. Only rows that fulfil `where` are counted. */
export function jsonCounts(conditions: CountConditions, where = 'true'): string {
  const members = Object.entries(conditions).map(
    ([name, condition]) => `'${name}', count(*) filter (where ${where} and ${condition})`,
  );
  return `json_build_object(${members.join(', ')})`;
}

/** Adds a `…_daily` count to each count: the rows that are new on the day. */
export function withDailyCounts(conditions: CountConditions): CountConditions {
  const daily = Object.entries(conditions).map(([name, condition]): [string, string] => [
    `${name}_daily`,
    `is_new and ${condition}`,
  ]);
  return { ...conditions, ...Object.fromEntries(daily) };
}
