import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runShell } from '../support/spawn.ts';

const root = join(import.meta.dirname, '../..');
const modules = join(root, 'node_modules');

let project = '';
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'rmq-lab-project-'));
  // what npm would publish, and nothing else of this folder
  const packing = ['pack', '--ignore-scripts', '--silent', '--pack-destination', project];
  execFileSync('npm', packing, { cwd: root });
  const [tarball = ''] = readdirSync(project);
  execFileSync('tar', ['xzf', tarball], { cwd: project });
  mkdirSync(join(project, 'node_modules/@types'), { recursive: true });
  cpSync(join(project, 'package'), join(project, 'node_modules/rmq-lab'), { recursive: true });
  for (const name of ['amqplib', 'undici-types', '@types/node']) symlinkSync(join(modules, name), join(project, 'node_modules', name));
  writeFileSync(join(project, 'package.json'), '{ "type": "module", "jest": { "transform": {} } }');
});
afterAll(() => rmSync(project, { recursive: true }));

/** Runs a program of ours on the project. Rejects, with all that it said, when it fails. */
const run = async (script: string, ...args: readonly string[]): Promise<string> => {
  const options = { cwd: project, env: { ...process.env, NODE_OPTIONS: '--experimental-vm-modules' }, timeout: 25_000 };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(modules, script), ...args], options);
    return stdout + stderr;
  } catch (cause) {
    const { stdout, stderr } = cause as { stdout?: string; stderr?: string };
    throw new Error(`${script} ${args.join(' ')}: ${stdout}${stderr}`, { cause });
  }
};

test('the example of the README runs in a project that has the package', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, example] = /```js\n(import amqplib[\s\S]*?)```/.exec(readme) ?? [];
  writeFileSync(join(project, 'orders.test.js'), example ?? '');
  const said = await run('jest/bin/jest.js', '--ci');
  expect(said).toContain('Tests:       1 passed, 1 total');
  expect(said).not.toMatch(/did not exit|open handle/i);
});

test.each([
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
])('its types are there, with --module %s --moduleResolution %s', async (module, resolution) => {
  const flags = ['--noEmit', '--strict', '--target', 'es2022', '--types', 'node', '--module', module, '--moduleResolution', resolution];
  const source = `
    import { createLabBroker, type LabBroker, type LabBrokerOptions } from 'rmq-lab/lab-broker';
    const options: LabBrokerOptions = { port: 0 };
    const broker: LabBroker = await createLabBroker(options);
    const stop: () => void = broker.events.on('unroutable', ({ exchange }) => exchange.toUpperCase());
    stop();
    const [url, api]: string[] = [broker.url, broker.api];
    const queues: readonly string[] = Object.keys(broker.snapshot().vhosts['/']?.queues ?? {});
    // @ts-expect-error: a port is a number
    await createLabBroker({ port: '5672' });
    await broker.close().then(() => [url, api, queues]);
    export {};`;
  writeFileSync(join(project, 'types.ts'), source);
  expect(await run('typescript/bin/tsc', ...flags, 'types.ts')).toBe('');
});

test('nothing of its inside is to be had', async () => {
  const inside = runShell(`${process.execPath} --input-type=module -e "await import('rmq-lab/dist/main.js')"`, { cwd: project });
  expect((await inside).stderr).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
});

test('the program in it is whole', async () => {
  symlinkSync(modules, join(project, 'node_modules/rmq-lab/node_modules'));
  const lesson = await runShell(`${process.execPath} node_modules/rmq-lab/bin/rmq-lab.js lesson start hello --url lab:`, { cwd: project });
  expect(lesson).toMatchObject({ exitCode: 0, stderr: '' });
});

test('npm start plays the first lesson with nothing but Node', async () => {
  const { exitCode, stdout, stderr } = await runShell('npm start --silent', { cwd: root });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout.toString()).toMatch(/^Lesson 1: [\s\S]*on the lab broker[\s\S]*Lesson 1 is done/);
});
