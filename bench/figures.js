import { percentile } from './measure.js';

const atLeast = (target) => ({ target, isMet: (value) => value >= target });
const atMost = (target) => ({ target, isMet: (value) => value <= target });
const noTarget = { target: undefined, isMet: () => undefined };

/** Each figure with its target. Those without one explain the others. */
const FIGURES = {
  knownToBare: ['recording known items, relative to bare Fastify', atLeast(0.3)],
  newToBare: ['recording 10,000 new items, relative to bare Fastify', atLeast(0.3)],
  knownToNode: ['recording known items, relative to node:http', noTarget],
  knownToDiscarding: ['recording known items, relative to discarding', noTarget],
  newToKnown: ['recording 10,000 items for the first time, relative to the same items again', atLeast(0.9)],
  registeredToUnregistered: [
    'recording 100,000 registered items, relative to 300 unregistered items already seen',
    atLeast(0.9),
  ],
  recordingRate: ['recording known items, usages/s', noTarget],
  mainThread: ['CPU of the main thread per usage, µs', atMost(100)],
  otherThreads: ['CPU of the other threads per usage, µs', atMost(60)],
  soakP99: ['highest p99 of 10 s at full load, ms', atMost(50)],
  soakLongest: ['longest response at full load, ms', atMost(250)],
  soakMemory: ['highest RSS at full load, MiB', atMost(350)],
  idleMemory: ['RSS when idle afterwards, MiB', atMost(250)],
  duringExport: ['recording during a full export, relative to recording alone', atLeast(0.7)],
  duringMonthlyRun: ['recording during a monthly run, relative to recording alone', atLeast(0.8)],
  duringDashboard: ['recording while the dashboard is read, relative to recording alone', noTarget],
  nodeAnalytics: ['node_analytics of a month, p95 of 10 million usages, ms', atMost(20)],
  nodeAnalyticsRate: ['node_analytics of a month, 8 at a time, 10 million usages, requests/s', atLeast(200)],
  itemUsage: ['item_usage, p95 of 10 million usages, ms', atMost(10)],
  userVisits: ['user_visits of a month, p95 of 10 million usages, ms', atMost(50)],
  queryMemory: ['highest RSS during queries of 5 million usages, MiB', atMost(400)],
  reporterSeconds: ['monthly aggregate and public_item_usage, 100,000 items and 2 million usages, s', atMost(12)],
  reporterMemory: ['highest RSS of the monthly reporter, 150,000 items relative to 100,000', atMost(1.1)],
  exportRate: ['full export, lines/s', atLeast(60_000)],
  csvRate: ['CSV of 100,000 reports, rows/s', atLeast(40_000)],
};

/** Collects figures of several rounds, and describes their medians as a Markdown table. */
export class Figures {
  #values = new Map();

  add(store, id, value) {
    const key = `${id} ${store}`;
    const entry = this.#values.get(key) ?? { store, id, values: [] };
    this.#values.set(key, entry);
    entry.values.push(value);
  }

  describe() {
    if (this.#values.size === 0) return '';
    const order = Object.keys(FIGURES);
    const entries = [...this.#values.values()].sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
    const rows = entries.map(({ store, id, values }) => {
      const [title, { target, isMet }] = FIGURES[id];
      const median = percentile(values, 0.5);
      const compared = target === undefined ? ['', ''] : [format(target), format(median / target)];
      return [title, store, format(median), ...compared, { true: 'met', false: 'missed' }[isMet(median)] ?? ''];
    });
    const head = ['Figure (median of the rounds)', 'Store', 'Measured', 'Target', 'Measured / target', ''];
    return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  }
}

function format(value) {
  return value.toLocaleString('en', value < 100 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 });
}
