import type { Window } from './window.ts';

/** One request as a stream declares it; address and credentials come from the source. */
export interface StreamRequest {
  /** POST where there is a body, else GET. */
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: Readonly<Record<string, unknown>>;
  readonly form?: Readonly<Record<string, string>>;
}

/** What a request is made from. */
export interface RequestContext<Names extends string = string> {
  readonly settings: Readonly<Record<Names, string>>;
  /** What is asked for; of a stream without windows, all before the event. */
  readonly window: Window;
  /** The id of the report that has been made, where the stream declares one. */
  readonly report?: string;
}

/** A source that makes its answer behind the scenes: submit, poll, then ask for the result with the stream's own request. */
export interface ReportDeclaration<Names extends string = string> {
  /** Which windows need a report; all where it does not say. */
  readonly when?: (window: Window) => boolean;
  readonly submit: (context: RequestContext<Names>) => StreamRequest;
  /** JSON pointer to the report's id in the answer to `submit`. */
  readonly id: string;
  readonly poll: (context: RequestContext<Names> & { readonly report: string }) => StreamRequest;
  readonly state: (answer: unknown) => 'running' | 'done' | 'failed';
  /** 10 where it does not say. */
  readonly everySeconds?: number;
}
