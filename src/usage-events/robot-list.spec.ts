import { convertCounterList, parseRobotList, readBundledRobotList, toRobotList } from './robot-list.js';

const PEOPLE = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
  'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
];
const ROBOTS = [
  'Googlebot/2.1',
  'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
  'AhrefsBot/7.0',
  'GPTBot/1.2',
];
const MACHINES = [
  'curl/8.5.0',
  'Wget/1.21',
  'python-requests/2.32.0',
  'Python/3.12 aiohttp/3.9.5',
  'Java/1.8.0_292',
  'Go-http-client/2.0',
  'node',
  'undici',
  'node-fetch/1.0 (+https://github.com/bitinn/node-fetch)',
  'axios/1.6.0',
  'got (https://github.com/sindresorhus/got)',
  'GuzzleHttp/7',
  'reqwest/0.11',
  'HTTPie/3.2',
  'PostmanRuntime/7.36.0',
  'Faraday v2.7',
  'Dart/3.1 (dart:io)',
  'rest-client/2.1.0 (linux x86_64) ruby/3.2',
  'R (4.3.0 x86_64-pc-linux-gnu x86_64 linux-gnu)',
  'okhttp/4.9.0',
  'RestSharp/106.11',
];

describe('robot list', () => {
  it('matches robots and HTTP clients, not browsers', async () => {
    const { robots, machines } = toRobotList(await readBundledRobotList());
    for (const userAgent of PEOPLE) expect([robots.test(userAgent), machines.test(userAgent)]).toEqual([false, false]);
    for (const userAgent of ROBOTS) expect(robots.test(userAgent)).toBe(true);
    for (const userAgent of MACHINES) expect(machines.test(userAgent)).toBe(true);
  });

  it.each([
    '{}',
    '{"robots": [], "machines": ["a"]}',
    '{"robots": ["("], "machines": ["a"]}',
    '{"robots": ["Mozilla"], "machines": ["a"]}',
    'x',
  ])('rejects %p', (text) => expect(() => parseRobotList(text)).toThrow());

  it('converts the list of COUNTER', () => {
    const origin = { source: 'a', updated: '2026-11-24', machines: ['curl'] };
    const list = (count: number, name = 'pattern'): string =>
      JSON.stringify(Array.from({ length: count }, (_, number) => ({ [name]: `bot ${number}` })));
    const { robots, updated } = parseRobotList(convertCounterList(list(200), origin));
    expect([robots.test('Some Bot 7'), updated?.toString()]).toEqual([true, '2026-11-24']);
    for (const wrong of ['{}', list(199), list(200, 'name')]) {
      expect(() => convertCounterList(wrong, origin)).toThrow(TypeError);
    }
  });
});
