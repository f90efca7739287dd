/** What is counted, by the name of the count: SQL for a condition on a row. */
export type Conditions = Readonly<Record<string, string>>;

/** SQL for a JSON object of counts: of the rows that fulfil `where`, those that fulfil each condition. */
export function counts(conditions: Conditions, where = 'true'): string {
  const members = Object.entries(conditions).map(
    ([name, condition]) => `'${name}', count(*) filter (where ${where} and ${condition})`,
  );
  return `json_build_object(${members.join(', ')})`;
}

/** The conditions, and for each, as `…_daily`, that the row is new on the day too. */
export function withDaily(conditions: Conditions): Conditions {
  const daily = Object.entries(conditions).map(([name, condition]): [string, string] => [
    `${name}_daily`,
    `is_new and ${condition}`,
  ]);
  return { ...conditions, ...Object.fromEntries(daily) };
}
