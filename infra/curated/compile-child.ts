import { globSync, readFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** What @dataform/core 3.0.62 gives to the program that hosts it. */
interface Core {
  readonly compiler: (code: string, path: string) => string;
  readonly main: (request: Uint8Array) => unknown;
  readonly session: { compile: () => unknown };
}

const VARINT_BITS = 7;
const LOW_BITS = 127;
const MORE = 128;
/** Field numbers of CoreExecutionRequest.compile, CompileExecutionRequest.compile_config, CompileConfig.project_dir and .file_paths (core.proto). */
const FIELDS = { compile: 1, compileConfig: 1, projectDir: 1, filePaths: 8 };
const LENGTH_DELIMITED = 2;

const [dir = ''] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const corePath = require.resolve('@dataform/core');
const core = require(corePath) as Core;
/** The files that are being evaluated, the current one last, as the service tells @dataform/core. */
const evaluating: string[] = [];

registerHooks({
  resolve(specifier, context, resolve) {
    const parent = context.parentURL?.startsWith('file:') === true ? fileURLToPath(context.parentURL) : '';
    if (specifier === '@dataform/core') return { url: pathToFileURL(corePath).href, format: 'commonjs', shortCircuit: true };
    if (parent !== corePath && !isOfProject(parent)) return resolve(specifier, context);
    if (specifier.startsWith('node:')) throw new Error(`${specifier}: Dataform has no modules of Node`);
    const path = join(dir, /\.[a-z]+$/.test(specifier) ? specifier : `${specifier}.js`);
    return { url: pathToFileURL(path).href, format: 'commonjs', shortCircuit: true };
  },
  load(url, context, load) {
    const path = url.startsWith('file:') ? fileURLToPath(url) : '';
    if (!isOfProject(path)) return load(url, context);
    const code = core.compiler(readFileSync(path, 'utf8'), path);
    return { format: 'commonjs', source: `__evaluating.push(${JSON.stringify(path)}); try {\n${code}\n} finally { __evaluating.pop(); }`, shortCircuit: true };
  },
});
Object.assign(globalThis, { __evaluating: evaluating });
Object.defineProperty(globalThis, '__dataform_current_file', { get: () => evaluating.at(-1) });

process.stdout.write(JSON.stringify(compile()));

function compile(): unknown {
  Object.assign(globalThis, { workflowSettingsYaml: require(join(dir, 'workflow_settings.yaml')) });
  let graph: unknown;
  const { compile: compileSession } = core.session;
  core.session.compile = () => {
    graph = compileSession.call(core.session);
    return graph;
  };
  const paths = globSync('**/*.*', { cwd: dir, exclude: ['node_modules/**'] }).sort();
  const config = [field(FIELDS.projectDir, Buffer.from(dir)), ...paths.map((path) => field(FIELDS.filePaths, Buffer.from(path)))];
  core.main(field(FIELDS.compile, field(FIELDS.compileConfig, Buffer.concat(config))));
  return graph;
}

function isOfProject(path: string): boolean {
  return path.startsWith(dir + sep);
}

/** A length-delimited field of a protocol buffer. */
function field(number: number, body: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from([(number << 3) | LENGTH_DELIMITED, ...varint(body.length)]), body]);
}

function varint(value: number): number[] {
  return value < MORE ? [value] : [(value & LOW_BITS) | MORE, ...varint(value >>> VARINT_BITS)];
}
