import { errors, SniffingTransport } from '@elastic/elasticsearch';

type Transport = InstanceType<typeof SniffingTransport>;
type Body = Readonly<Record<string, unknown>>;

const SUCCESSES: readonly number[] = [200, 201];
const HEALTH: readonly unknown[] = ['green', 'yellow', 'red'];

const isList = (value: unknown): boolean => Array.isArray(value);
const isText = (value: unknown): boolean => typeof value === 'string';
const isNumber = (value: unknown): boolean => typeof value === 'number';
const isAcknowledged = ({ acknowledged }: Body): boolean => acknowledged === true;
const hasAllShards = ({ _shards }: Body): boolean => isObject(_shards) && _shards['failed'] === 0;
const isWritten = ({ result }: Body): boolean => isText(result);
const isUpdated = ({ timed_out, failures }: Body): boolean =>
  timed_out === false && isList(failures) && (failures as unknown[]).length === 0;

/** Whether the body of a successful response is complete, by the name of the API. */
const COMPLETENESS: Readonly<Record<string, (body: Body) => boolean>> = {
  bulk: ({ items }) => isList(items),
  mget: ({ docs }) => isList(docs),
  get: ({ found }) => found === true,
  index: isWritten,
  delete: isWritten,
  search: (body) =>
    body['timed_out'] === false && hasAllShards(body) && isObject(body['hits']) && isList(body['hits']['hits']),
  count: (body) => isNumber(body['count']) && hasAllShards(body),
  open_point_in_time: ({ id }) => isText(id),
  update_by_query: (body) => isNumber(body['updated']) && isUpdated(body),
  delete_by_query: (body) => isNumber(body['deleted']) && isUpdated(body),
  'cluster.health': ({ status }) => HEALTH.includes(status),
  'indices.create': isAcknowledged,
  'indices.delete': isAcknowledged,
  'indices.put_mapping': isAcknowledged,
  'indices.put_index_template': isAcknowledged,
  'indices.get_index_template': ({ index_templates }) => isList(index_templates),
  'indices.refresh': ({ _shards }) => isObject(_shards),
  'security.has_privileges': ({ cluster, index }) => isObject(cluster) && isObject(index),
};

/**
 * Takes a response as a success only if it is a complete response of Elasticsearch. A proxy in front of the cluster may
 * answer in its place, with a page or a redirect for example, and the client takes everything below 400 as a success.
 */
export class VerifiedTransport extends SniffingTransport {
  override async request(...[params, options = {}]: Parameters<Transport['request']>): Promise<never> {
    const { meta: hasMeta = false, ...rest } = options as { meta?: boolean };
    const result = await super.request(params, { ...rest, meta: true });
    const { statusCode, body } = result;
    const name = params.meta?.name ?? params.path;
    if (!SUCCESSES.includes(statusCode ?? 0)) {
      throw new errors.ElasticsearchClientError(`${name}: unexpected status ${statusCode}`);
    }
    if (!isObject(body) || 'error' in body || COMPLETENESS[name]?.(body) === false) {
      throw new errors.ElasticsearchClientError(`${name}: the response is incomplete, or not one of Elasticsearch`);
    }
    return (hasMeta ? result : body) as never;
  }
}

function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
