// Uses the client that @hey-api/openapi-ts generates into the folder `client`: node use-client.js URL KEY
import { client } from './client/client.gen.js';
import { countItemUsage, type Item, recordUsages, registerItem } from './client/index.js';

const [, , baseUrl, auth] = process.argv;
client.setConfig({ baseUrl, auth, throwOnError: true });

const item: Item = { guid: 'abc12', public: true, title: 'A study of studies' };
const registered = await registerItem({ path: { guid: item.guid }, body: item, throwOnError: true });
const recorded = await recordUsages({
  body: { data: [{ attributes: { item_guid: item.guid, client_session_id: 'visitor-1', action_labels: ['view'] } }] },
  throwOnError: true,
});
const usage = await countItemUsage({ path: { guid: item.guid }, query: { period: 'total' }, throwOnError: true });
const unknown = await countItemUsage({ path: { guid: 'nothing' }, throwOnError: false });

const title: string | null | undefined = registered.data.data.attributes.title;
const views: number | undefined = usage.data.data.attributes.total?.view_count;
const detail: string | undefined =
  unknown.error && 'errors' in unknown.error ? unknown.error.errors[0]?.detail : undefined;
console.log(JSON.stringify({ title, status: recorded.data.data[0]?.status, views, detail }));
