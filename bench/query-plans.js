const MAX_SQL_LENGTH = 60;

/** Describes each query of tables in one line: number of executions, total duration, and how each table was scanned. */
export function describePlans(plans) {
  const queries = new Map();
  for (const { 'Query Text': sql, milliseconds, Plan } of plans) {
    const query = queries.get(sql) ?? { times: 0, milliseconds: 0, reads: new Map() };
    queries.set(sql, query);
    query.times += 1;
    query.milliseconds += milliseconds;
    addReads(Plan, query.reads);
  }
  const ofTables = [...queries].filter(([, { reads }]) => reads.size > 0);
  return ofTables.map(([sql, { times, milliseconds, reads }]) => {
    const tables = [...reads].map(([how, rows]) => `${how} (${rows.toLocaleString('en')} rows)`);
    const text = sql.replaceAll(/\s+/g, ' ').trim().slice(0, MAX_SQL_LENGTH);
    return `${times} × "${text} …", ${Math.round(milliseconds)} ms: ${tables.join(', ')}`;
  });
}

/** Adds up the rows read per table and type of scan, including rows that a filter removed. */
function addReads(node, reads) {
  const relation = node['Relation Name'];
  if (relation !== undefined) {
    const how = `${node['Node Type'].toLowerCase()} of ${relation}`;
    const rows = node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0);
    reads.set(how, (reads.get(how) ?? 0) + rows * node['Actual Loops']);
  }
  for (const inner of node.Plans ?? []) addReads(inner, reads);
}
