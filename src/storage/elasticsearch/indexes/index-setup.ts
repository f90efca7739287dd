import type { Client, estypes } from '@elastic/elasticsearch';
import {
  isForbidden,
  orUnavailable,
  orUndefinedIfExists,
  orUndefinedIfMissing,
} from '../client/elasticsearch-errors.js';
import type { IndexNames } from './index-names.js';
import type { DeclaredTemplate } from './index-templates.js';
import { findMappingDifferences, mergeProperties } from './mapping-differences.js';
import type { Properties } from './mappings.js';

/** Takes precedence over the built-in templates of Elasticsearch. */
const TEMPLATE_PRIORITY = 500;

/** A difference between a template or index of the cluster and its declaration. */
export interface SetupProblem {
  /** Names the template or index, and what is wrong with it. */
  readonly message: string;
  /** False when a fix would require reindexing, or lose data. */
  readonly isFixable: boolean;
}

/** A fix needs an operator. The message lists the problems, one a line. */
export class IndexSetupError extends Error {
  override readonly name = 'IndexSetupError';

  constructor(problems: readonly SetupProblem[], hint?: string) {
    super([...problems.map(({ message }) => message), ...(hint === undefined ? [] : [hint])].join('\n'));
  }
}

/** The mappings in the cluster, by the name of the template or index. */
interface StoredMappings {
  readonly templates: ReadonlyMap<string, Properties>;
  readonly indexes: ReadonlyMap<string, estypes.MappingTypeMapping>;
}

/** Creates and updates templates and indexes. Fields that a newer version of the service added are left unchanged. */
export class IndexSetup {
  constructor(
    private readonly client: Client,
    private readonly names: IndexNames,
    private readonly templates: readonly DeclaredTemplate[],
  ) {}

  /** Compares the cluster with the declared templates; changes nothing. */
  async check(): Promise<SetupProblem[]> {
    return this.findProblems(await this.readMappings());
  }

  /**
   * Creates missing templates and indexes, and adds missing fields.
   * @returns the problems that were fixed
   * @throws IndexSetupError when a problem cannot be fixed, or the client's user lacks the privileges to fix it
   */
  async upgrade(): Promise<SetupProblem[]> {
    const stored = await this.readMappings();
    const problems = this.findProblems(stored);
    const unfixable = problems.filter(({ isFixable }) => !isFixable);
    if (unfixable.length > 0) throw new IndexSetupError(unfixable);
    if (problems.length === 0) return problems;
    await orUnavailable(this.applyAll(stored, problems));
    return problems;
  }

  private async applyAll(stored: StoredMappings, problems: readonly SetupProblem[]): Promise<void> {
    try {
      await Promise.all(this.templates.map((template) => this.apply(template, stored)));
    } catch (error) {
      if (!isForbidden(error)) throw error;
      throw new IndexSetupError(
        problems,
        'the Elasticsearch user may not change templates or indexes: run `osf-metrics storage setup` as a user who may',
      );
    }
  }

  private findProblems(stored: StoredMappings): SetupProblem[] {
    return this.templates.flatMap((template) => checkTemplate(template, stored));
  }

  private async apply(template: DeclaredTemplate, stored: StoredMappings): Promise<void> {
    await this.client.indices.putIndexTemplate({
      name: template.name,
      index_patterns: [template.pattern],
      priority: TEMPLATE_PRIORITY,
      template: {
        settings: template.settings,
        mappings: {
          dynamic: 'strict',
          _meta: template.meta,
          properties: mergeProperties(template.properties, stored.templates.get(template.name) ?? {}),
        },
      },
    });
    const indexes = matchingIndexes(template, stored);
    if (isSingleIndex(template) && indexes.length === 0) {
      // Another instance that starts at the same time may create the index first.
      await orUndefinedIfExists(this.client.indices.create({ index: template.pattern }));
    }
    for (const [index, mapping] of indexes) {
      if (checkIndex(index, template, mapping).length === 0) continue;
      await this.client.indices.putMapping({ index, dynamic: 'strict', properties: template.properties });
    }
  }

  private async readMappings(): Promise<StoredMappings> {
    const { client, names } = this;
    const [templates, indexes] = await Promise.all([
      orUnavailable(orUndefinedIfMissing(client.indices.getIndexTemplate({ name: names.all }))),
      orUnavailable(client.indices.getMapping({ index: names.all })),
    ]);
    const ofTemplates = (templates?.index_templates ?? []).map(
      ({ name, index_template: { template } }) => [name, template?.mappings?.properties ?? {}] as const,
    );
    const ofIndexes = Object.entries(indexes).map(([index, { mappings }]) => [index, mappings] as const);
    return { templates: new Map(ofTemplates), indexes: new Map(ofIndexes) };
  }
}

function checkTemplate(template: DeclaredTemplate, stored: StoredMappings): SetupProblem[] {
  const indexes = matchingIndexes(template, stored);
  const ofIndexes = indexes.flatMap(([index, mapping]) => checkIndex(index, template, mapping));
  if (isSingleIndex(template) && indexes.length === 0) {
    ofIndexes.push({ message: `the index ${template.pattern} is missing`, isFixable: true });
  }
  const properties = stored.templates.get(template.name);
  if (!properties) return [{ message: `the template ${template.name} is missing`, isFixable: true }, ...ofIndexes];
  const ofTemplate = findMappingDifferences(template.properties, properties).map(({ path, reason }) => ({
    message: `the template ${template.name}: the field ${path} ${reason}`,
    isFixable: true,
  }));
  return [...ofTemplate, ...ofIndexes];
}

function checkIndex(
  index: string,
  { properties }: DeclaredTemplate,
  mapping: estypes.MappingTypeMapping,
): SetupProblem[] {
  const problems = findMappingDifferences(properties, mapping.properties ?? {}).map(({ path, reason, isMissing }) => ({
    message: `the index ${index}: the field ${path} ${reason}${isMissing ? '' : ': rename the field, or reindex'}`,
    isFixable: isMissing,
  }));
  if (mapping.dynamic === 'strict') return problems;
  return [...problems, { message: `the index ${index} accepts undeclared fields`, isFixable: true }];
}

/** The existing indexes that match the template's pattern. */
function matchingIndexes(
  { pattern }: DeclaredTemplate,
  { indexes }: StoredMappings,
): [string, estypes.MappingTypeMapping][] {
  const matches = (index: string): boolean =>
    pattern.endsWith('*') ? index.startsWith(pattern.slice(0, -1)) : index === pattern;
  return [...indexes].filter(([index]) => matches(index));
}

/** A template for a single index, which setup creates. Other indexes are created when their first document is stored. */
function isSingleIndex({ pattern }: DeclaredTemplate): boolean {
  return !pattern.endsWith('*');
}
