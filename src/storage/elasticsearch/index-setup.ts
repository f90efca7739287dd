import { type Client, errors, type estypes } from '@elastic/elasticsearch';
import { available, typeOfError, unlessMissing } from './cluster.js';
import type { IndexNames } from './index-names.js';
import type { DeclaredTemplate } from './index-templates.js';
import { differences, withDeclared } from './mapping-differences.js';
import type { Properties } from './mappings.js';

/** Above the templates that come with Elasticsearch. */
const PRIORITY = 500;

/** What is not as the service declares it. */
export interface Finding {
  /** The template or index, and what is wrong with it, in words for the operator. */
  readonly text: string;
  /** Whether setting up mends it; what cannot be mended would lose what is stored. */
  readonly isMendable: boolean;
}

/** Keeps templates and indexes as the service declares them. What newer versions of the service added is left alone. */
export class IndexSetup {
  constructor(
    private readonly client: Client,
    private readonly names: IndexNames,
    private readonly templates: readonly DeclaredTemplate[],
  ) {}

  /** Everything that is out of step. */
  async check(): Promise<Finding[]> {
    const stored = await this.read();
    return this.templates.flatMap((template) => checkTemplate(template, stored));
  }

  /**
   * Makes and extends templates and indexes.
   * @returns what was mended
   * @throws IndexSetupError naming what cannot be mended, or is not for this user to mend
   */
  async upgrade(): Promise<Finding[]> {
    const findings = await this.check();
    const hopeless = findings.filter(({ isMendable }) => !isMendable);
    if (hopeless.length > 0) throw new IndexSetupError(hopeless);
    if (findings.length === 0) return findings;
    const stored = await this.read();
    try {
      await available(Promise.all(this.templates.map((template) => this.mend(template, stored))));
    } catch (error) {
      if (!(error instanceof errors.ResponseError && error.statusCode === 403)) throw error;
      throw new IndexSetupError(
        findings,
        'its user may not set up indexes: run `osf-metrics storage setup` as one who may',
      );
    }
    return findings;
  }

  private async mend(template: DeclaredTemplate, stored: Stored): Promise<void> {
    await this.client.indices.putIndexTemplate({
      name: template.name,
      index_patterns: [template.pattern],
      priority: PRIORITY,
      template: {
        settings: template.settings,
        mappings: {
          dynamic: 'strict',
          properties: withDeclared(template.properties, stored.templates.get(template.name) ?? {}),
        },
      },
    });
    const indexes = indexesOf(template, stored);
    if (isSingle(template) && indexes.length === 0) await this.create(template.pattern);
    for (const [index, mapping] of indexes) {
      if (checkIndex(index, template, mapping).length === 0) continue;
      await this.client.indices.putMapping({ index, dynamic: 'strict', properties: template.properties });
    }
  }

  /** Of two instances that start at the same time, one is faster. */
  private async create(index: string): Promise<void> {
    try {
      await this.client.indices.create({ index });
    } catch (error) {
      if (typeOfError(error) !== 'resource_already_exists_exception') throw error;
    }
  }

  private async read(): Promise<Stored> {
    const { client, names } = this;
    const [templates, indexes] = await Promise.all([
      available(unlessMissing(client.indices.getIndexTemplate({ name: names.all }))),
      available(client.indices.getMapping({ index: names.all })),
    ]);
    const ofTemplates = (templates?.index_templates ?? []).map(
      ({ name, index_template: { template } }) => [name, template?.mappings?.properties ?? {}] as const,
    );
    const ofIndexes = Object.entries(indexes).map(([index, { mappings }]) => [index, mappings] as const);
    return { templates: new Map(ofTemplates), indexes: new Map(ofIndexes) };
  }
}

/** The mappings that the cluster has, by the names of templates and indexes. */
interface Stored {
  readonly templates: ReadonlyMap<string, Properties>;
  readonly indexes: ReadonlyMap<string, estypes.MappingTypeMapping>;
}

/** Indexes are such that what is stored would be lost by making them as they are declared. */
export class IndexSetupError extends Error {
  override readonly name = 'IndexSetupError';

  constructor(findings: readonly Finding[], reason?: string) {
    super([...findings.map(({ text }) => text), ...(reason === undefined ? [] : [reason])].join('\n'));
  }
}

function checkTemplate(template: DeclaredTemplate, stored: Stored): Finding[] {
  const indexes = indexesOf(template, stored);
  const ofIndexes = indexes.flatMap(([index, mapping]) => checkIndex(index, template, mapping));
  if (isSingle(template) && indexes.length === 0) {
    ofIndexes.push({ text: `the index ${template.pattern} is missing`, isMendable: true });
  }
  const properties = stored.templates.get(template.name);
  if (!properties) return [{ text: `the template ${template.name} is missing`, isMendable: true }, ...ofIndexes];
  const ofTemplate = differences(template.properties, properties).map(({ path, reason }) => ({
    text: `the template ${template.name}: the field ${path} ${reason}`,
    isMendable: true,
  }));
  return [...ofTemplate, ...ofIndexes];
}

function checkIndex(index: string, { properties }: DeclaredTemplate, mapping: estypes.MappingTypeMapping): Finding[] {
  const findings = differences(properties, mapping.properties ?? {}).map(({ path, reason, isMissing }) => ({
    text: `the index ${index}: the field ${path} ${reason}${isMissing ? '' : ': give the field another name, or reindex'}`,
    isMendable: isMissing,
  }));
  if (mapping.dynamic === 'strict') return findings;
  return [...findings, { text: `the index ${index} takes fields that nobody declared`, isMendable: true }];
}

/** The indexes that the template is for. */
function indexesOf({ pattern }: DeclaredTemplate, { indexes }: Stored): [string, estypes.MappingTypeMapping][] {
  const isOne = (index: string): boolean =>
    pattern.endsWith('*') ? index.startsWith(pattern.slice(0, -1)) : index === pattern;
  return [...indexes].filter(([index]) => isOne(index));
}

/** Whether the template is for one index, which is there from the beginning; the others come with what is stored. */
function isSingle({ pattern }: DeclaredTemplate): boolean {
  return !pattern.endsWith('*');
}
