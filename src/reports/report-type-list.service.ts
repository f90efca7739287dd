import { Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Configuration } from '../config/configuration.js';
import { FIELD_KINDS, type FieldKind, fieldPathsOf } from '../fields/field-declaration.js';
import { linkTo } from '../http/json-api/links.js';
import { API_PREFIX } from '../http/json-api/protocol.js';
import { type ReportClass, reportTypeOf } from '../model/report-type.js';
import { MetricsRepository } from '../storage/metrics.repository.js';
import { REPORT_TYPE_RESOURCE } from './report-resource.js';

class ReportFieldDescription {
  @ApiProperty({ description: 'The path of the field, as in filters, `sort` and columns of files' })
  path: string;

  @ApiProperty()
  description: string;

  @ApiProperty({ enum: FIELD_KINDS })
  kind: FieldKind;

  @ApiProperty({ description: 'Whether the value is a list' })
  is_list: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'What a number counts' })
  unit: string | null;
}

/** The attributes of a report type. */
export class ReportTypeDescription {
  @ApiProperty()
  description: string;

  @ApiProperty({ enum: ['daily', 'monthly'] })
  period: 'daily' | 'monthly';

  @ApiProperty({ type: String, nullable: true, description: 'The latest day or month that has reports' })
  latest_cycle: string | null;

  @ApiProperty({ type: [ReportFieldDescription] })
  fields: ReportFieldDescription[];
}

/** A report type as a JSON:API resource. */
export interface ReportTypeResource {
  readonly id: string;
  readonly type: string;
  readonly attributes: ReportTypeDescription;
  readonly links: { readonly recent: string };
}

/** Describes report types. */
@Injectable()
export class ReportTypeList {
  constructor(
    private readonly repository: MetricsRepository,
    private readonly configuration: Configuration,
  ) {}

  async list(reportClasses: readonly ReportClass[]): Promise<ReportTypeResource[]> {
    return await Promise.all(reportClasses.map((reportClass) => this.describe(reportClass)));
  }

  private async describe(reportClass: ReportClass): Promise<ReportTypeResource> {
    const { id, description, period } = reportTypeOf(reportClass);
    const recent = linkTo(this.configuration, `/${API_PREFIX}/reports/${id}/recent/`);
    const fields = fieldPathsOf(reportClass).map(({ path, field: { kind, array, unit, ...field } }) => ({
      path,
      description: field.description,
      kind,
      is_list: array,
      unit: unit ?? null,
    }));
    const attributes = { description, period, latest_cycle: await this.findLatestCycle(reportClass), fields };
    return { id, type: REPORT_TYPE_RESOURCE, attributes, links: { recent } };
  }

  private async findLatestCycle(reportClass: ReportClass): Promise<string | null> {
    const sort = [{ path: reportTypeOf(reportClass).cycleField, descending: true }];
    for await (const { cycle } of this.repository.streamReports(reportClass, { sort, limit: 1 }))
      return cycle.toString();
    return null;
  }
}
