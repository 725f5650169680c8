import { type IncomingMessage, request } from 'node:http';
import { CommandError } from './cli-error.ts';
import type { ControlAddress } from './control-file.ts';
import type { Frame, RemoteCommand } from './control-server.ts';

/** Where the lines of the answer go. */
export interface Lines {
  out(line: string): void;
  err(line: string): void;
}

/** Runs a command in the local host; resolves to its exit code, or to undefined where nobody listens there any more. */
export async function runThere(address: ControlAddress, command: RemoteCommand, lines: Lines): Promise<number | undefined> {
  const answer = await post(address, JSON.stringify(command));
  if (answer === undefined) return undefined;
  if (answer.statusCode !== 200) throw new CommandError(`the local host (process ${address.pid}) answered ${answer.statusCode}: stop it and start it again`);
  for await (const frame of framesOf(answer)) {
    if ('out' in frame) lines.out(frame.out);
    else if ('err' in frame) lines.err(frame.err);
    else return frame.exit;
  }
  throw new CommandError(`the local host (process ${address.pid}) ended before the command did: run it again`);
}

/** Without a timeout: a command may take as long as it takes. */
function post({ port, token }: ControlAddress, body: string): Promise<IncomingMessage | undefined> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return new Promise((resolve) => {
    request({ host: '127.0.0.1', port, method: 'POST', path: '/commands', headers, agent: false }, resolve)
      .once('error', () => resolve(undefined))
      .end(body);
  });
}

async function* framesOf(answer: IncomingMessage): AsyncGenerator<Frame> {
  let rest = '';
  try {
    for await (const chunk of answer.setEncoding('utf8') as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield JSON.parse(line) as Frame;
    }
  } catch (error) {
    // A connection that breaks ends the frames; whoever reads them misses the last one.
    if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
  }
}
