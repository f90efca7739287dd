// Measures throughput, latency, memory and storage size. `npm run bench -- --help` lists the parts. Results and targets are
// in ARCHITECTURE.md, "Figures".
import { parseArgs } from 'node:util';
import { benchCounter } from './counter.js';
import { Figures } from './figures.js';
import { benchFiles } from './files.js';
import { describeMachine } from './measure.js';
import { benchMixed } from './mixed.js';
import { benchOsf } from './osf.js';
import { benchQueries } from './queries.js';
import { benchRecording } from './recording.js';
import { benchReporter } from './reporter.js';
import { benchSoak } from './soak.js';
import { benchTotals } from './totals.js';

const PARTS = {
  recording: [benchRecording, 'recording beside servers that do less'],
  soak: [benchSoak, 'five minutes of recording at full load: latency and memory'],
  mixed: [benchMixed, 'recording during exports, monthly runs and reads of the dashboard'],
  queries: [benchQueries, 'node_analytics, item_usage and user_visits of a month'],
  totals: [benchTotals, 'queries that read the monthly aggregate'],
  reporter: [benchReporter, 'monthly aggregate and public_item_usage'],
  files: [benchFiles, 'full export of usages, and CSV of reports'],
  counter: [benchCounter, 'COUNTER reports'],
  osf: [benchOsf, 'reporters and catalog on a generated database of the OSF'],
};
const HELP = `npm run bench -- [part ...] [options]

Parts; without one, all of them run:
${Object.entries(PARTS)
  .map(([name, [, description]]) => `  ${name.padEnd(10)} ${description}`)
  .join('\n')}

Options:
  --rounds N   rounds whose medians are printed (3)
  --seconds N  seconds of each load (recording and mixed 20, soak 300)
  --scale N    share of the stored data: 0.1 is a tenth (1)
  --help       this text

A short trial: npm run bench -- recording --seconds 3 --rounds 1

ELASTICSEARCH_URL: a cluster, which is measured beside the embedded store. OSF_DATABASE_URL: an empty PostgreSQL database
for the part osf, instead of a server of its own. The client runs on the same machine, and takes CPU from the service.`;

const options = readOptions();
console.log(describeMachine());
if (options.scale !== 1) console.log(`with ${options.scale} times the stored data: not comparable with the targets`);
for (const name of options.names) {
  console.log(`\n## ${name}`);
  const figures = new Figures();
  try {
    await PARTS[name][0](options, figures);
  } finally {
    console.log(`\n${figures.describe()}`);
  }
}

function readOptions() {
  const text = { type: 'string' };
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { rounds: text, seconds: text, scale: text, help: { type: 'boolean' } },
    });
    if (values.help) {
      console.log(HELP);
      process.exit(0);
    }
    const unknown = positionals.find((name) => !Object.hasOwn(PARTS, name));
    if (unknown !== undefined) throw new Error(`no part is named ${unknown}`);
    const number = (name) => {
      if (values[name] === undefined) return undefined;
      if (Number(values[name]) > 0) return Number(values[name]);
      throw new Error(`--${name} must be a number above 0`);
    };
    return {
      names: positionals.length === 0 ? Object.keys(PARTS) : positionals,
      rounds: Math.ceil(number('rounds') ?? 3),
      seconds: number('seconds'),
      scale: number('scale') ?? 1,
    };
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`);
    return process.exit(2);
  }
}
