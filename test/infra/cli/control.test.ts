import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runThere } from '../../../infra/cli/control-client.ts';
import { type ControlServer, type RemoteCommand, serveControl } from '../../../infra/cli/control-server.ts';

describe('the control server', () => {
  let server: ControlServer;
  const commands: RemoteCommand[] = [];
  beforeAll(async () => {
    server = await serveControl(async (command, send) => {
      commands.push(command);
      send({ out: 'line\u2028one' });
      send({ err: 'about it' });
      return command.args.length;
    });
  });
  afterAll(() => server.stop());

  function ask(headers: Record<string, string>, body = '{"args":[],"cwd":"/"}', path = '/commands'): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const all = { authorization: `Bearer ${server.token}`, ...headers };
      request({ host: '127.0.0.1', port: server.port, method: 'POST', path, headers: all, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .once('error', reject)
        .end(body);
    });
  }

  test('sends lines and the exit code of a command back', async () => {
    const lines: string[] = [];
    const output = { out: (line: string) => lines.push(`out ${line}`), err: (line: string) => lines.push(`err ${line}`) };
    const address = { pid: 1, port: server.port, token: server.token };
    expect(await runThere(address, { args: ['a', 'b'], cwd: '/x' }, output)).toBe(2);
    expect(lines).toEqual(['out line\u2028one', 'err about it']);
    expect(commands).toEqual([{ args: ['a', 'b'], cwd: '/x' }]);
  });

  test('answers those only who know the token and reach it by its address', async () => {
    commands.length = 0;
    expect(await ask({ authorization: '' })).toBe(401);
    expect(await ask({ authorization: `Bearer ${server.token.slice(1)}` })).toBe(401);
    expect(await ask({ authorization: `Basic ${server.token}` })).toBe(401);
    expect(await ask({ host: 'evil.example' })).toBe(421);
    expect(await ask({ host: `localhost:${server.port}` })).toBe(421);
    expect(await ask({}, '{"args":[1],"cwd":"/"}')).toBe(400);
    expect(await ask({}, `{"args":["${'x'.repeat(2_000_000)}"],"cwd":"/"}`)).toBe(400);
    expect(await ask({}, '{"args":[],"cwd":"/"}', '/')).toBe(404);
    expect(commands).toEqual([]);
    expect(await ask({})).toBe(200);
  });

  test('a token that is not the one ends the command, and nobody there is told apart', async () => {
    const lines = { out: () => {}, err: () => {} };
    await expect(runThere({ pid: 7, port: server.port, token: 'x' }, { args: [], cwd: '/' }, lines)).rejects.toThrow('process 7) answered 401');
    const gone = await serveControl(async () => 0);
    await gone.stop();
    expect(await runThere({ pid: 7, port: gone.port, token: gone.token }, { args: [], cwd: '/' }, lines)).toBeUndefined();
  });
});
