// Turns an access log in the combined format (nginx, Apache) into usages, one per line, for `osf-metrics usages import`:
//   node docs/access-log.js https://repository.example.org < access.log > usages.jsonl
// Adapt ROUTES to the addresses of your repository.
import { createInterface } from 'node:readline';
import process from 'node:process';
import { URL } from 'node:url';

/** The addresses that count, and what a request of each is. The first group is the item. All other requests are left out. */
const ROUTES = [
  [/^\/items\/(\w+)\/?$/, ['view', 'web']],
  [/^\/items\/(\w+)\/download$/, ['download', 'web']],
  [/^\/api\/items\/(\w+)\/download$/, ['download', 'api']],
];
/** client - user [day/month/year:time zone] "request" status size "referer" "user agent" */
const LINE = /^(\S+) \S+ \S+ \[(\d+)\/(\w+)\/(\d+):(\S+) ([+-]\d\d)(\d\d)\] "([^"]*)" (\d+) \S+ "([^"]*)" "([^"]*)"$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const [site] = process.argv.slice(2);
if (!URL.canParse(site)) {
  process.stderr.write('usage: node access-log.js <URL of the repository> < access.log > usages.jsonl\n');
  process.exit(2);
}

/** The usage that a line reports; undefined for a request that does not count. */
function toUsage([, client_ip, day, month, year, time, hours, minutes, request, status, referer, user_agent]) {
  const [method, target] = request.split(' ');
  if (method !== 'GET' || status !== '200' || !URL.canParse(target, site)) return undefined;
  const url = new URL(target, site);
  const [, item_guid, action_labels] =
    ROUTES.flatMap(([pattern, labels]) => {
      const found = pattern.exec(url.pathname);
      return found ? [[true, found[1], labels]] : [];
    })[0] ?? [];
  if (item_guid === undefined) return undefined;
  const date = `${year}-${String(MONTHS.indexOf(month) + 1).padStart(2, '0')}-${day}`;
  return {
    timestamp: `${date}T${time}${hours}:${minutes}`,
    item_guid,
    action_labels,
    client_ip,
    user_agent,
    pageview_info: { page_url: url.href, referer_url: referer === '-' ? '' : referer },
  };
}

let [known, unknown] = [0, 0];
for await (const line of createInterface({ input: process.stdin })) {
  const fields = LINE.exec(line);
  if (!fields) {
    unknown += 1;
    continue;
  }
  known += 1;
  const usage = toUsage(fields);
  if (usage) process.stdout.write(`${JSON.stringify(usage)}\n`);
}
if (unknown > 0) process.stderr.write(`lines that LINE does not match: ${unknown} of ${known + unknown}\n`);
if (unknown > 0 && known === 0) process.exitCode = 1;
