import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type JournalPage, openJournal, parsePage, readJournals, removePage } from '../../../src/lessons/journal.ts';
import { askLock, createLock } from '../../../src/lessons/lock.ts';
import { useTemporaryFolder } from './temporary-folder.ts';

const folder = useTemporaryFolder();

const page: JournalPage = {
  lesson: 'hello',
  broker: 'amqp://guest@127.0.0.1:5672',
  vhost: '/',
  temporary: false,
  made: [],
  lock: { host: 'here', port: 1, token: 't' },
};
const pages = () => readJournals(folder()).map((found) => found.page);

describe('the journal', () => {
  test('is on disk before anything is made, and after each entry', () => {
    const journal = openJournal(folder(), 'a', page);
    expect(pages()).toEqual([page]);
    journal.record({ kind: 'queue', name: 'q' });
    expect(pages()).toEqual([{ ...page, made: [{ kind: 'queue', name: 'q' }] }]);
    journal.record({ kind: 'exchange', name: 'q' });
    journal.record({ kind: 'queue', name: 'q' });
    expect(journal.made).toEqual([
      { kind: 'queue', name: 'q' },
      { kind: 'exchange', name: 'q' },
    ]);
    journal.forget({ kind: 'queue', name: 'q' });
    expect(pages()).toEqual([{ ...page, made: [{ kind: 'exchange', name: 'q' }] }]);
    journal.close();
    expect(readdirSync(folder())).toEqual([]);
  });

  test('cannot be opened where nothing can be written, and says where it could', () => {
    writeFileSync(join(folder(), 'file'), '');
    expect(() => openJournal(join(folder(), 'file', 'sub'), 'a', page)).toThrow(
      expect.objectContaining({ kind: 'unexpected', hint: expect.stringContaining('XDG_STATE_HOME') }),
    );
  });

  test('without a folder knows what was made, and writes nothing', () => {
    const journal = openJournal(undefined, 'a', page);
    journal.record({ kind: 'queue', name: 'q' });
    journal.record({ kind: 'queue', name: 'r' });
    journal.forget({ kind: 'queue', name: 'q' });
    expect(journal.made).toEqual([{ kind: 'queue', name: 'r' }]);
    journal.close();
    expect(pages()).toEqual([]);
  });

  test('of no folder is empty', () => expect(readJournals(join(folder(), 'none'))).toEqual([]));

  test('shows damaged pages as such, and leaves other files out', () => {
    writeFileSync(join(folder(), 'a.journal.json'), '{');
    writeFileSync(join(folder(), 'b.txt'), 'x');
    expect(readJournals(folder())).toEqual([{ file: join(folder(), 'a.journal.json'), page: undefined }]);
    removePage(join(folder(), 'a.journal.json'));
    expect(existsSync(join(folder(), 'a.journal.json'))).toBe(false);
  });

  test('holds no password', () => {
    openJournal(folder(), 'a', page);
    expect(readFileSync(join(folder(), 'a.journal.json'), 'utf8')).not.toMatch(/:[^/@"]*@/);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['a number', 1],
    ['no lock', { ...page, lock: undefined }],
    ['a vhost that no lesson made', { ...page, temporary: true, vhost: 'production' }],
    ['the root vhost as temporary', { ...page, temporary: true, vhost: '/' }],
    ['something made that is no queue', { ...page, made: [{ kind: 'user', name: 'x' }] }],
    ['a queue without a name', { ...page, made: [{ kind: 'queue' }] }],
    ['made of nothing', { ...page, made: [null] }],
  ])('with %s is no page', (_, value) => expect(parsePage(JSON.stringify(value))).toBeUndefined());

  test('of a temporary vhost is a page', () => {
    const temporary = { ...page, temporary: true, vhost: 'rmq-lab-hello-a1b2c3' };
    expect(parsePage(JSON.stringify(temporary))).toEqual(temporary);
  });
});

describe('a lock', () => {
  test('is held until it is released', async () => {
    const lock = await createLock();
    expect(await askLock(lock.mark)).toBe('held');
    expect(await askLock({ ...lock.mark, token: 'other' })).toBe('free');
    expect(await askLock({ ...lock.mark, host: 'another machine' })).toBe('elsewhere');
    await lock.release();
    expect(await askLock(lock.mark)).toBe('free');
  });

  test('of a holder that is stopped is held', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    const { mark } = await createLock();
    expect(await askLock({ ...mark, port })).toBe('held');
    silent.close();
  });

  test('does not answer for another program at its port', async () => {
    const chatty = createServer((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n a longer text than any token')).listen(
      0,
      '127.0.0.1',
    );
    await new Promise((resolve) => chatty.once('listening', resolve));
    const { port } = chatty.address() as { port: number };
    const lock = await createLock();
    expect(await askLock({ ...lock.mark, port })).toBe('free');
    chatty.close();
    await lock.release();
  });
});

test('a folder that is made is for its owner only', () => {
  mkdirSync(join(folder(), 'x'));
  openJournal(join(folder(), 'x', 'journal'), 'a', page);
  expect(readdirSync(join(folder(), 'x', 'journal'))).toEqual(['a.journal.json']);
});
