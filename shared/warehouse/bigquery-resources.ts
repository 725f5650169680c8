import type { CreateDatasetOptions, JobMetadata, TableResponse } from '@google-cloud/bigquery';

/** What BigQuery's API calls by these names, as Google's client types them. */
export type Dataset = CreateDatasetOptions;
export type Table = TableResponse[1];
export type Field = NonNullable<NonNullable<Table['schema']>['fields']>[number];
export type Job = JobMetadata;
export type JobConfiguration = NonNullable<Job['configuration']>;
export type JobStatus = NonNullable<Job['status']>;
export type ErrorProto = NonNullable<JobStatus['errorResult']>;

/** One page of a query's rows. */
export interface ResultPage {
  readonly jobComplete?: boolean;
  readonly schema?: { readonly fields?: readonly Field[] };
  readonly rows?: readonly { readonly f?: readonly { readonly v?: unknown }[] }[];
  readonly pageToken?: string;
}
