import { parse } from 'csv-parse/sync';
import { MetricsRepository } from '../../src/storage/metrics.repository.js';
import { HOSTILE, INSTITUTION_REPORTS } from '../support/institution-reports.js';
import { ADMIN_KEY, TestApp, TRUSTED_KEY } from '../support/test-app.js';
import { readTable } from './read-table.js';

interface List {
  readonly data: { readonly attributes: Readonly<Record<string, unknown>> }[];
}

describe('the pages of institutions', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({}, '2026-11-24T12:00:00Z');
    const repository = app.nest.get(MetricsRepository);
    await repository.saveReports([...INSTITUTION_REPORTS]);
    await repository.refresh();
  });
  afterAll(async () => await app.stop());

  const show = async (path: string): Promise<string> =>
    await (await app.request(`dashboard/institutions/${path}`, { key: ADMIN_KEY })).text();
  const ask = async (path: string): Promise<List> => await app.json<List>(`institutions/${path}`, { key: ADMIN_KEY });
  const download = async (page: string, label: string): Promise<Record<string, string>[]> => {
    const [, href = ''] = new RegExp(`href="([^"]*)"\\s+aria-label="CSV: ${label}"`).exec(page) ?? [];
    const url = new URL(href.replaceAll('&amp;', '&'), `${app.url}/_/metrics/dashboard/institutions/uni/`);
    return parse(await (await app.request(url.href, { key: ADMIN_KEY })).text(), { bom: true, columns: true });
  };

  it('list the institutions of the latest month', async () => {
    const rows = readTable(await show(''), 'Institutions');
    expect(rows.slice(1).map(([id, users]) => [id, users])).toEqual([['uni', '6']]);
  });

  it('show the departments and users as the API lists them', async () => {
    const page = await show('uni/');
    expect(page).toMatch(/<h1[^>]*>Institution uni<\/h1>/);
    for (const label of ['Public files in OSF Storage', 'Storage']) expect(page).toContain(`<dt>${label}</dt>`);
    expect(readTable(page, 'Users')[0]).toContain('Projects (public and private)');
    expect(page).toMatch(/<dt>Users<\/dt>\s*<dd class="value"><data value="6">/);
    const departments = (await ask('uni/departments/')).data.map(({ attributes }) =>
      String(attributes['number_of_users']),
    );
    const rows = readTable(page, 'Departments').slice(1);
    expect(rows.map(([, users]) => users)).toEqual(departments);
    expect(rows.map(([name]) => name)).toEqual(expect.arrayContaining(['Maths', 'Law', 'No department']));
    const names = (await ask('uni/users/')).data.map(({ attributes }) => attributes['user_name']);
    expect(
      readTable(page, 'Users')
        .slice(1)
        .map(([name]) => name),
    ).toEqual(names);
    expect(
      readTable(page, 'All months')
        .slice(1)
        .map(([month, users]) => [month, users]),
    ).toEqual([
      ['October 2026', '6'],
      ['August 2026', '1'],
    ]);
    expect(page).not.toContain('Deleted user');
  });

  it.each([
    ['?department=Maths', ['ada01', 'Zoë']],
    ['?department=-', ['Eve']],
    ['?orcid=yes', ['ada01', 'cyd03']],
    ['?orcid=no&department=Maths', ['Zoë']],
    [`?${new URLSearchParams({ department: HOSTILE }).toString()}`, ['dan04']],
    ['?month=2026-08', ['ada01']],
    ['?department=Nowhere', []],
  ])('filter the users, also in the file: %s', async (query, names) => {
    const page = await show(`uni/${query}`);
    if (names.length > 0)
      expect(
        readTable(page, 'Users')
          .slice(1)
          .map(([name]) => name),
      ).toEqual(names);
    else expect(page).toContain('No users.');
    expect((await download(page, 'Users')).map(({ user_name }) => user_name)).toEqual(names);
    expect(page).not.toContain("'/c calc");
  });

  it('link to the other figures as CSV', async () => {
    const page = await show('uni/');
    expect(await download(page, 'Departments')).toContainEqual({ name: 'Maths', number_of_users: '2' });
    expect((await download(page, 'All months')).map(({ user_count }) => user_count)).toEqual(['6', '1']);
  });

  it.each([
    ['', undefined, 401, 'An API key with the scope admin is required.'],
    ['uni/', undefined, 401, 'An API key with the scope admin is required, or a login on the OSF as'],
    ['uni/', TRUSTED_KEY, 403, 'An API key with the scope admin is required, or a login on the OSF as'],
    ['nothing/', ADMIN_KEY, 404, 'There is no report about an institution &quot;nothing&quot;.<'],
    ['uni/?month=2026-13', ADMIN_KEY, 400, '&quot;month&quot; '],
    ['uni/?month=2026-01', ADMIN_KEY, 404, 'There is no report about the institution for 2026-01.<'],
    ['uni/?page=0', ADMIN_KEY, 400, '&quot;page&quot; '],
    ['?x=1', ADMIN_KEY, 400, '&quot;x&quot; '],
  ])('return a page that says what is wrong: %s', async (path, key, status, message) => {
    const response = await app.request(`dashboard/institutions/${path}`, { key });
    expect([response.status, response.headers.get('Content-Type')]).toEqual([status, 'text/html; charset=utf-8']);
    expect(await response.text()).toContain(`<p>${message}`);
  });
});
