import { PassThrough } from 'node:stream';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { stoppable } from '../../../src/commands/lesson-interrupt.ts';
import { createLanes } from '../../../src/commands/lesson-lanes.ts';
import { runInLesson, sayWhenSlow } from '../../../src/commands/lesson-run.ts';
import type { Namespace } from '../../../src/lessons/namespace.ts';
import { missingNeed } from '../../../src/lessons/needs.ts';
import { parseLesson } from '../../../src/lessons/parse.ts';
import type { Ran } from '../../../src/lessons/request.ts';
import { SAMPLE } from './lesson-text.ts';

/** A namespace in which every command line ends as `end` says; keeps what was run. */
function createNamespace(
  end: (argv: readonly string[], signal?: AbortSignal) => Ran | Promise<Ran> = () => ({ exitCode: 0, stdout: '', stderr: '' }),
) {
  const ran: string[] = [];
  const namespace: Namespace = {
    vhost: 'v',
    temporary: true,
    made: undefined,
    clear: async () => undefined,
    run: async (argv, signal) => {
      ran.push(argv.join(' '));
      return end(argv, signal);
    },
  };
  return { namespace, ran };
}

describe('a command line in a lesson', () => {
  test.each<[string, string]>([
    ['get q', 'get q'],
    ['consume q', 'consume q --idle-timeout 2s'],
    ['consume q -n 1', 'consume q -n 1'],
    ['consume q --count=1', 'consume q --count=1'],
    ['consume q --until-empty', 'consume q --until-empty'],
    ['consume --help', 'consume --help'],
    ['session --keep-going open', 'session --keep-going open'],
  ])('%s runs %s', async (line, run) => {
    const { namespace, ran } = createNamespace();
    const { stderr } = await runInLesson(namespace, line.split(' '), { refused: false });
    expect(ran).toEqual([run]);
    expect(stderr !== '').toBe(run !== line);
  });

  test('a session is told how it can be had here', async () => {
    const { stderr } = await runInLesson(createNamespace().namespace, ['session'], { refused: false });
    expect(stderr).toContain("try: type it in a second terminal, or give it its lines: session 'a: get q' 'b: get q'\n");
  });

  test('that crashes is not said to have been stopped', async () => {
    const { namespace, ran } = createNamespace();
    expect(await runInLesson(namespace, ['consume', 'q', '--crash-after', '1'], { refused: false })).toMatchObject({ stderr: '' });
    expect(ran).toEqual(['consume q --crash-after 1 --idle-timeout 2s']);
  });

  test('that consumes says beforehand what is waited for, and afterwards nothing when it failed', async () => {
    const { namespace, ran } = createNamespace(() => ({ exitCode: 3, stdout: '', stderr: 'error: no queue q\n' }));
    const said: string[] = [];
    const say = async (line: string) => void said.push(`${line} ${ran.length}`);
    expect(await runInLesson(namespace, ['consume', 'q'], { refused: false, say })).toMatchObject({ stderr: 'error: no queue q\n' });
    expect(said).toEqual(['(waiting for messages; it stops after 2 s without one, or by Ctrl-C) 0']);
  });

  test('is given the signal that ends it', async () => {
    const { signal } = new AbortController();
    const given: unknown[] = [];
    const { namespace } = createNamespace((_, used) => {
      given.push(used);
      return { exitCode: 0, stdout: '', stderr: '' };
    });
    for (const line of ['consume q', 'get q']) await runInLesson(namespace, line.split(' '), { refused: false, signal });
    await runInLesson(namespace, ['get', 'q'], { refused: true, signal });
    expect(given).toEqual([signal, signal, signal]);
  });

  test.each(['watch', 'session', 'session --keep-going'])('%s goes on for ever and is for a second terminal', async (line) => {
    const { namespace, ran } = createNamespace();
    expect(await runInLesson(namespace, line.split(' '), { refused: false })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('second terminal'),
    });
    expect(ran).toEqual([]);
  });

  test('that is to be refused tells the reply code, and reads as it would without', async () => {
    const error = { kind: 'refused', message: 'no', replyCode: 406, hint: 'ask', detail: 'a  b' };
    const { namespace, ran } = createNamespace(() => ({ exitCode: 6, stdout: '', stderr: `a note\n${JSON.stringify({ error })}\n` }));
    expect(await runInLesson(namespace, ['declare-queue', 'q'], { refused: true })).toEqual({
      ...{ exitCode: 6, stdout: '', replyCode: 406 },
      stderr: 'error: no\na  b\ntry: ask\n',
    });
    expect(ran).toEqual(['--json declare-queue q']);
  });

  test.each(['', 'no json\n', '{"error"\n'])('that was to be refused and says %j is shown as it is', async (stderr) => {
    const ran = { exitCode: 0, stdout: 'x', stderr };
    expect(await runInLesson(createNamespace(() => ran).namespace, ['get', 'q'], { refused: true })).toEqual(ran);
  });
});

describe('a wait', () => {
  test('of more than a moment is spoken of', async () => {
    const said: string[] = [];
    const say = async () => void said.push('waiting');
    expect(await sayWhenSlow(Promise.resolve(1), say)).toBe(1);
    expect(said).toEqual([]);
    expect(await sayWhenSlow(setTimeout(1_700, 2), say)).toBe(2);
    expect(said).toEqual(['waiting']);
  });
});

describe('Ctrl-C at a command that was typed', () => {
  function createKeyboard() {
    const raw: boolean[] = [];
    const keyboard = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (on: boolean) => void raw.push(on) });
    keyboard.pause();
    return { keyboard, raw };
  }
  const never = new AbortController().signal;

  test('ends that command only, and the terminal is as it was', async () => {
    const { keyboard, raw } = createKeyboard();
    const used = stoppable(keyboard, never, async (signal) => {
      const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
      keyboard.write('lost\x03');
      await aborted;
      return signal.reason;
    });
    expect(await used).toMatchObject({ kind: 'interrupted' });
    expect(raw).toEqual([true, false, false]);
    expect(keyboard.read()).toBeNull();
  });

  test('keeps what is typed meanwhile for who reads next', async () => {
    const { keyboard, raw } = createKeyboard();
    await stoppable(keyboard, never, async () => {
      keyboard.write('next\r');
      await setImmediate();
    });
    expect(String(keyboard.read())).toBe('next\r');
    expect(raw).toEqual([true, false]);
  });

  test('without a terminal is what it always is', async () => {
    const { keyboard } = createKeyboard();
    const interruption = new AbortController();
    await stoppable(Object.assign(keyboard, { isTTY: false }), interruption.signal, async (signal) =>
      expect(signal).toBe(interruption.signal),
    );
  });
});

describe('a background actor', () => {
  const untilAborted = (_: readonly string[], signal?: AbortSignal) =>
    new Promise<Ran>((resolve) => signal?.addEventListener('abort', () => resolve({ exitCode: 130, stdout: 'heard', stderr: '' })));

  test('runs until it is stopped, and then tells what it gave', async () => {
    const { namespace, ran } = createNamespace(untilAborted);
    const lanes = createLanes(namespace, new AbortController().signal);
    lanes.start('slow', ['consume', 'q']);
    await setImmediate();
    expect(lanes.hasEnded('slow')).toBe(false);
    expect(await lanes.stop('slow')).toMatchObject({ exitCode: 130, stdout: 'heard' });
    expect(await lanes.stop('slow')).toMatchObject({ exitCode: 0, stdout: '' });
    expect(ran).toEqual(['consume q']);
  });

  test('may end by itself, and tells later what it gave', async () => {
    const { namespace } = createNamespace(() => ({ exitCode: 2, stdout: '', stderr: 'error: no\n' }));
    const lanes = createLanes(namespace, new AbortController().signal);
    expect(lanes.hasEnded('yours')).toBe(false);
    lanes.start('yours', ['consume']);
    await setImmediate();
    expect(lanes.hasEnded('yours')).toBe(true);
    expect(await lanes.stop('yours')).toMatchObject({ exitCode: 2 });
    expect(lanes.hasEnded('yours')).toBe(false);
  });

  test('ends when another takes its lane, when the lesson ends, and when it is interrupted', async () => {
    const { namespace, ran } = createNamespace(untilAborted);
    const interruption = new AbortController();
    const lanes = createLanes(namespace, interruption.signal);
    lanes.start('a', ['one']);
    lanes.start('a', ['two']);
    lanes.start('b', ['three']);
    await setImmediate();
    await lanes.stopAll();
    lanes.start('c', ['four']);
    interruption.abort();
    await lanes.stopAll();
    lanes.start('d', ['five']);
    await lanes.stopAll();
    expect(ran.sort()).toEqual(['four', 'one', 'three', 'two']);
  });
});

describe('what a lesson needs', () => {
  const lesson = (needs: string, requires = '">=3.10"') =>
    parseLesson('x.md', SAMPLE.replace('needs: []', `needs: [${needs}]`).replace('">=3.10"', requires));
  const refusing = (type: string) => createNamespace((argv) => ({ exitCode: argv.includes(type) ? 6 : 0, stdout: '', stderr: '' }));

  test.each<[string, string | undefined]>([
    ['', undefined],
    ['management', undefined],
    ['quorum', undefined],
    ['stream', 'stream queues, which this broker does not make'],
    ['quorum, stream', 'stream queues, which this broker does not make'],
    ['restart', 'a broker that it may restart'],
    ['cluster', 'a cluster'],
  ])('[%s] on a broker without streams lacks %s', async (needs, missing) => {
    expect(await missingNeed(lesson(needs), '4.0.5', refusing('stream').namespace)).toBe(missing);
  });

  test('a version', async () => {
    expect(await missingNeed(lesson('', '">=4.2"'), '4.0.5', createNamespace().namespace)).toBe('RabbitMQ >=4.2, and here is 4.0.5');
  });

  test('a queue made to find out is removed again', async () => {
    const { namespace, ran } = createNamespace();
    await missingNeed(lesson('quorum'), '4.0.5', namespace);
    expect(ran).toEqual(['declare-queue rmq-lab-probe --type quorum', 'delete-queue --yes rmq-lab-probe']);
  });
});
