import { PassThrough } from 'node:stream';
import { main } from '../../src/main.ts';
import { createCapture } from '../../src/streams.ts';

async function run(...argv: string[]) {
  const stdout = createCapture();
  const stderr = createCapture();
  const stdin = new PassThrough().end();
  const surroundings = { stdin, stdout: stdout.stream, stderr: stderr.stream, env: {}, interrupted: new AbortController().signal };
  const exitCode = await main(argv, surroundings);
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

describe('what commander says, in our words', () => {
  test.each([
    [['send', 'hi'], "unknown command 'send'", 'did you mean publish? rmq-lab --help'],
    [['consme', 'q'], "unknown command 'consme'", 'did you mean consume?'],
    [['frobnicate'], "unknown command 'frobnicate'", 'try: rmq-lab --help'],
    [['expect'], 'expect what? one of queue, no-queue', 'rmq-lab expect --help'],
    [['expect', 'que', 'x'], "unknown command 'que'", 'did you mean queue? rmq-lab expect --help'],
    [['get', 'a', 'b'], 'too many arguments', "put quotes around words that belong together, such as 'hello world'; rmq-lab get --help"],
    [['get'], "missing required argument 'queue'", 'try: rmq-lab get --help'],
    [['publish', '--colour'], "unknown option '--colour'", 'rmq-lab publish --help'],
    [['help', 'nope'], "unknown command 'nope'", 'rmq-lab --help'],
  ])('%j', async (argv, message, hint) => {
    const { exitCode, stdout, stderr } = await run(...argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(`error: ${message}`);
    expect(stderr).toContain(hint);
  });
});

describe('help', () => {
  test.each([
    [['help', 'publish'], 'Usage: rmq-lab publish'],
    [['publish', '--help'], 'Usage: rmq-lab publish'],
    [['help', 'expect', 'queue'], 'Usage: rmq-lab expect queue'],
    [['help'], 'Usage: rmq-lab [options]'],
    [[], 'Usage: rmq-lab [options]'],
    [['--json'], 'Usage: rmq-lab [options]'],
  ])('%j prints one page', async (argv, start) => {
    const { exitCode, stdout, stderr } = await run(...argv);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.startsWith(start)).toBe(true);
    expect(stdout.match(/^Usage:/gm)).toHaveLength(1);
  });
});
