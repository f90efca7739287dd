// Measures throughput, latency, memory and storage size. Results and targets are in ARCHITECTURE.md, "Figures".
//
//   npm run bench                      all parts, about an hour on two cores
//   npm run bench -- recording         one part: recording, queries, totals, reporter, osf or counter
//   npm run bench -- --scale 0.1       a tenth of the data
import { parseArgs } from 'node:util';
import { benchCounter } from './counter.js';
import { benchOsf } from './osf.js';
import { benchQueries } from './queries.js';
import { benchRecording } from './recording.js';
import { benchReporter } from './reporter.js';
import { describeMachine } from './measure.js';
import { benchTotals } from './totals.js';

const PARTS = {
  recording: benchRecording,
  queries: benchQueries,
  totals: benchTotals,
  reporter: benchReporter,
  osf: benchOsf,
  counter: benchCounter,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { scale: { type: 'string', default: '1' } },
});
const scale = Number(values.scale);
const names = positionals.length === 0 ? Object.keys(PARTS) : positionals;
const unknown = names.find((name) => !(name in PARTS));
if (unknown !== undefined || !(scale > 0)) {
  console.error(`usage: npm run bench -- [${Object.keys(PARTS).join('|')}] [--scale NUMBER]`);
  process.exit(2);
}

console.log(describeMachine());
for (const name of names) {
  console.log(`\n## ${name}`);
  await PARTS[name](scale);
}
