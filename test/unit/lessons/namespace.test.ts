import type { Management } from '../../../src/client/management.ts';
import { parseAddress, type Target } from '../../../src/client/target.ts';
import { LabError } from '../../../src/errors.ts';
import { cleanUp } from '../../../src/lessons/clean.ts';
import { openJournal, readJournals, TEMPORARY_VHOST } from '../../../src/lessons/journal.ts';
import { createLock } from '../../../src/lessons/lock.ts';
import { brokerOf, type Namespace, withGivenVhost, withTemporaryVhost } from '../../../src/lessons/namespace.ts';
import { parseLesson } from '../../../src/lessons/parse.ts';
import { SAMPLE } from './lesson-text.ts';
import { useTemporaryFolder } from './temporary-folder.ts';
import { createTinyBroker } from './tiny-broker.ts';

const folder = useTemporaryFolder();
const lesson = parseLesson('x.md', SAMPLE);
const target: Target = {
  addresses: [parseAddress('amqp://me:s3cret@127.0.0.1:5673/dev', 'the test')],
  api: 'http://127.0.0.1:15673',
  reason: 'the test',
  asked: true,
};

/** A management API of vhosts only; `refuse` makes a request fail. */
function createVhosts(refuse: (method: string, path: string) => LabError | undefined = () => undefined) {
  const vhosts = new Set<string>();
  const log: string[] = [];
  const handle = (method: string, path: string) => {
    const failure = refuse(method, path);
    if (failure !== undefined) throw failure;
    log.push(`${method} ${path}`);
    const [, vhost] = /^\/api\/vhosts\/(.+)$/.exec(path) ?? [];
    if (vhost !== undefined && method === 'PUT') vhosts.add(vhost);
    if (vhost !== undefined && method === 'DELETE') vhosts.delete(vhost);
  };
  const management: Management = {
    address: target.api,
    get: async (path) => void handle('GET', path) as undefined,
    put: async (path) => handle('PUT', path),
    delete: async (path) => handle('DELETE', path),
  };
  return { vhosts, log, management };
}

function createOptions(vhosts = createVhosts()) {
  const broker = createTinyBroker();
  const warnings: string[] = [];
  const environments: Record<string, string>[] = [];
  const options = {
    lesson,
    target,
    folder: folder(),
    warn: (line: string) => void warnings.push(line),
    management: async () => vhosts.management,
    run: async (argv: readonly string[], env: Record<string, string>) => {
      environments.push(env);
      return broker.run(argv);
    },
  };
  return { options, broker, warnings, environments, ...vhosts };
}

const pagesOf = () => readJournals(folder()).map(({ page }) => page);

describe('a temporary vhost', () => {
  test('is on record, then made, used and removed', async () => {
    const { options, vhosts, environments, log } = createOptions();
    const name = await withTemporaryVhost(options, async (namespace) => {
      expect(namespace).toMatchObject({ temporary: true, made: undefined, vhost: expect.stringMatching(TEMPORARY_VHOST) });
      expect([...vhosts]).toEqual([namespace.vhost]);
      expect(pagesOf()).toMatchObject([{ vhost: namespace.vhost, temporary: true, broker: 'amqp://me@127.0.0.1:5673' }]);
      await namespace.run(['declare-queue', 'q']);
      return namespace.vhost;
    });
    expect(environments).toEqual([{ RMQ_LAB_URL: `amqp://me:s3cret@127.0.0.1:5673/${name}`, RMQ_LAB_API: 'http://127.0.0.1:15673' }]);
    expect(log).toEqual(['GET /api/overview', `PUT /api/vhosts/${name}`, `PUT /api/permissions/${name}/me`, `DELETE /api/vhosts/${name}`]);
    expect(pagesOf()).toEqual([]);
  });

  test('is removed when the lesson fails', async () => {
    const { options, vhosts } = createOptions();
    await expect(withTemporaryVhost(options, () => Promise.reject(new Error('of its own')))).rejects.toThrow('of its own');
    expect([...vhosts]).toEqual([]);
    expect(pagesOf()).toEqual([]);
  });

  test('is emptied by making it anew under its name', async () => {
    const { options, vhosts, log } = createOptions();
    await withTemporaryVhost(options, async (namespace) => {
      await namespace.clear();
      expect([...vhosts]).toEqual([namespace.vhost]);
    });
    expect(log.map((line) => line.split(' ')[0])).toEqual(['GET', 'PUT', 'PUT', 'DELETE', 'PUT', 'PUT', 'DELETE']);
  });

  test.each([
    ['GET', 'unreachable'],
    ['PUT', 'access-refused'],
  ] as const)('that cannot be made (%s: %s) leaves nothing, and advises --here', async (method, kind) => {
    const refuse = (asked: string) => (asked === method ? new LabError(kind, 'no', { hint: 'ask' }) : undefined);
    const { options, warnings } = createOptions(createVhosts(refuse));
    await expect(withTemporaryVhost(options, async () => undefined)).rejects.toMatchObject({
      kind,
      hint: 'add --here to work in the given vhost instead; or: ask',
    });
    expect(pagesOf()).toEqual([]);
    expect(warnings).toEqual([]);
  });

  test('without the permission for it is removed again', async () => {
    const { options, vhosts } = createOptions(
      createVhosts((_, path) => (path.includes('permissions') ? new LabError('access-refused', 'no') : undefined)),
    );
    await expect(withTemporaryVhost(options, async () => undefined)).rejects.toMatchObject({ kind: 'access-refused' });
    expect([...vhosts]).toEqual([]);
    expect(pagesOf()).toEqual([]);
  });

  test('that cannot be removed stays on record, and a warning says so', async () => {
    const { options, warnings } = createOptions(
      createVhosts((method) => (method === 'DELETE' ? new LabError('unreachable', 'gone') : undefined)),
    );
    await withTemporaryVhost(options, async () => undefined);
    expect(pagesOf()).toMatchObject([{ temporary: true }]);
    expect(warnings.join(' ')).toMatch(/could not remove what the lesson made: gone.*rmq-lab clean/);
  });
});

describe('the given vhost', () => {
  const use = <T>(of: ReturnType<typeof createOptions>, body: (namespace: Namespace) => Promise<T>) => withGivenVhost(of.options, body);

  test('loses what the lesson made, and nothing else', async () => {
    const of = createOptions();
    of.broker.queues.set('theirs', 3);
    await use(of, async (namespace) => {
      expect(namespace).toMatchObject({ vhost: 'dev', temporary: false, made: [] });
      await namespace.run(['declare-queue', 'q']);
      await namespace.run(['declare-queue', 'own']);
      await namespace.run(['declare-queue', 'theirs']);
      expect(pagesOf()).toMatchObject([{ vhost: 'dev', made: [{ name: 'q' }, { name: 'own' }] }]);
    });
    expect(of.broker.queues).toEqual(new Map([['theirs', 3]]));
    expect(of.environments[0]).toMatchObject({ RMQ_LAB_URL: 'amqp://me:s3cret@127.0.0.1:5673/dev' });
    expect(pagesOf()).toEqual([]);
  });

  test('has each thing on record before it is made', async () => {
    const of = createOptions();
    const seen: unknown[] = [];
    const { run } = of.options;
    const watched = {
      ...of.options,
      run: async (argv: readonly string[], env: Record<string, string>) => {
        if (argv[0] === 'declare-queue') seen.push(pagesOf()[0]?.made);
        return run(argv, env);
      },
    };
    await withGivenVhost(watched, (namespace) => namespace.run(['declare-queue', 'q']));
    expect(seen).toEqual([[{ kind: 'queue', name: 'q' }]]);
  });

  test('is refused when something of the lesson’s exists there', async () => {
    const of = createOptions();
    of.broker.queues.set('r', 1);
    await expect(use(of, async () => undefined)).rejects.toMatchObject({
      kind: 'condition',
      message: expect.stringContaining("queue 'r'"),
    });
    expect(of.broker.queues.get('r')).toBe(1);
    expect(pagesOf()).toEqual([]);
  });

  test('forgets what was not made after all', async () => {
    const of = createOptions();
    const { run } = of.options;
    const refusing = {
      ...of.options,
      run: async (argv: readonly string[], env: Record<string, string>) =>
        argv[0] === 'declare-queue' ? { exitCode: 6, stdout: '', stderr: 'error: no' } : run(argv, env),
    };
    await withGivenVhost(refusing, async (namespace) => {
      await namespace.run(['declare-queue', 'q']);
      expect(namespace.made).toEqual([]);
    });
  });

  test('is emptied of what the lesson made', async () => {
    const of = createOptions();
    of.broker.queues.set('theirs', 3);
    await use(of, async (namespace) => {
      await namespace.run(['declare-queue', 'q']);
      await namespace.clear();
      expect([...of.broker.queues.keys()]).toEqual(['theirs']);
    });
  });
});

describe('cleaning up', () => {
  const write = async (name: string, more: object, lock?: Awaited<ReturnType<typeof createLock>>) => {
    const { mark, release } = lock ?? (await createLock());
    if (lock === undefined) await release();
    openJournal(folder(), name, {
      lesson: 'hello',
      broker: brokerOf(target),
      vhost: 'dev',
      temporary: false,
      made: [],
      lock: mark,
      ...more,
    });
  };

  test('removes what dead lessons left, and only that', async () => {
    const { options, broker, vhosts, log } = createOptions();
    for (const queue of ['q', 'theirs']) broker.queues.set(queue, 1);
    vhosts.add('rmq-lab-hello-abcdef');
    await write('a', { temporary: true, vhost: 'rmq-lab-hello-abcdef' });
    await write('b', { made: [{ kind: 'queue', name: 'q' }] });
    expect(await cleanUp(options)).toMatchObject([{ state: 'removed' }, { state: 'removed', detail: 'queue q' }]);
    expect([...vhosts]).toEqual([]);
    expect([...broker.queues.keys()]).toEqual(['theirs']);
    expect(log).toEqual(['DELETE /api/vhosts/rmq-lab-hello-abcdef']);
    expect(await cleanUp(options)).toEqual([]);
  });

  test('leaves alone what runs, what is on another broker or from another machine, and what is damaged', async () => {
    const { options, log } = createOptions();
    const lock = await createLock();
    await write('a', { temporary: true, vhost: 'rmq-lab-hello-abcdef' }, lock);
    await write('b', { broker: 'amqp://me@elsewhere:5672' });
    await write('c', { lock: { ...lock.mark, host: 'another machine' } });
    await write('d', { temporary: true, vhost: 'production' });
    const cleaned = await cleanUp(options);
    expect(cleaned.map(({ state }) => state)).toEqual(['running', 'elsewhere', 'elsewhere', 'failed']);
    expect(readJournals(folder())).toHaveLength(4);
    expect(log).toEqual([]);
    await lock.release();
  });

  test('keeps on record what could not be removed', async () => {
    const { options } = createOptions(createVhosts(() => new LabError('unreachable', 'gone')));
    await write('a', { temporary: true, vhost: 'rmq-lab-hello-abcdef' });
    expect(await cleanUp(options)).toMatchObject([{ state: 'failed', detail: 'gone' }]);
    expect(readJournals(folder())).toHaveLength(1);
  });
});
