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
/** client - user [day/month/year:time zone] "method target protocol" status size "referer" "user agent" */
const LINE =
  /^(\S+) \S+ \S+ \[(\d+)\/(\w+)\/(\d+):(\S+) ([+-]\d\d)(\d\d)\] "GET (\S+) [^"]*" (\d+) \S+ "([^"]*)" "([^"]*)"$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const [site] = process.argv.slice(2);

function toUsage(line) {
  const [, client_ip, day, month, year, time, hours, minutes, target, status, referer, user_agent] =
    LINE.exec(line) ?? [];
  if (status !== '200') return undefined;
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

for await (const line of createInterface({ input: process.stdin })) {
  const usage = toUsage(line);
  if (usage) process.stdout.write(`${JSON.stringify(usage)}\n`);
}
