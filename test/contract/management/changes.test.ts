import { createHash } from 'node:crypto';
import { describeBrokersAtOnce, urlOf } from '../../support/brokers.ts';
import { ask, type Question } from '../../support/http-ask.ts';
import { own } from '../../support/names.ts';
import { eventually } from '../../support/polling.ts';
import { openWire } from '../../support/wire-client.ts';

const put = (path: string, body: unknown): Question => ({ method: 'PUT', path, body });
const remove = (path: string): Question => ({ method: 'DELETE', path });
const ALL = { configure: '.*', write: '.*', read: '.*' };

describeBrokersAtOnce('management/changes', (broker, test) => {
  /** Asks one after the other, and answers the statuses. */
  const statuses = async (...questions: readonly Question[]) => {
    const seen: number[] = [];
    for (const question of questions) seen.push((await ask(broker.api, question)).status);
    return seen;
  };
  /** A name and its path, deleted when `use` is done. */
  const withOwn = async (kind: 'vhosts' | 'users', use: (path: string, name: string) => Promise<void>) => {
    const name = own('changes');
    const path = `/api/${kind}/${encodeURIComponent(name)}`;
    try {
      await use(path, name);
    } finally {
      await ask(broker.api, remove(path));
    }
  };
  const bodyOf = async (path: string) => (await ask(broker.api, { path })).body;

  test('a vhost: made, described, described anew, deleted', () =>
    withOwn('vhosts', async (path) => {
      const notes = () => bodyOf(`${path}?columns=description,tags`);
      expect(await statuses(put(path, { description: 'd', tags: 'a, b' }))).toEqual([201]);
      expect(await notes()).toEqual({ description: 'd', tags: ['a', 'b'] });
      expect(await statuses(put(path, { tags: ['c'] }))).toEqual([204]);
      expect(await notes()).toEqual({ description: '', tags: ['c'] });
      expect(await statuses(put(path, ''), put(path, 'null'))).toEqual([204, 204]);
      expect(await notes()).toEqual({ description: '', tags: [] });
      expect(await statuses(remove(path), remove(path), { path })).toEqual([204, 404, 404]);
    }));

  test('who makes a vhost may use it', () =>
    withOwn('vhosts', async (path, name) => {
      await ask(broker.api, put(path, {}));
      expect(await bodyOf(`/api/permissions/${encodeURIComponent(name)}/guest`)).toEqual({ user: 'guest', vhost: name, ...ALL });
    }));

  test('a user: tags as a text or a list, passwords as such, as a hash, or none', () =>
    withOwn('users', async (path, name) => {
      const as = (password: string) => ask(broker.api, { path: '/api/whoami', auth: `${name}:${password}` });
      expect(await statuses(put(path, { password: 'p', tags: 'management, monitoring' }))).toEqual([201]);
      expect(await bodyOf(`${path}?columns=name,tags`)).toEqual({ name, tags: ['management', 'monitoring'] });
      expect((await as('p')).status).toBe(200);
      const salt = Buffer.of(1, 2, 3, 4);
      const hash = Buffer.concat([salt, createHash('sha256').update(salt).update('q').digest()]).toString('base64');
      expect(await statuses(put(path, { password_hash: hash, tags: ['management'] }))).toEqual([204]);
      expect(await bodyOf(`${path}?columns=password_hash,tags`)).toEqual({ password_hash: hash, tags: ['management'] });
      expect([(await as('p')).status, (await as('q')).status]).toEqual([401, 200]);
      expect(await statuses(put(path, { tags: 'management' }))).toEqual([204]);
      expect(await bodyOf(`${path}?columns=password_hash`)).toEqual({ password_hash: '' });
      expect([(await as('q')).status, (await as('')).status]).toEqual([401, 401]);
      expect(await statuses(remove(path), remove(path))).toEqual([204, 404]);
    }));

  test('permissions: made, changed, deleted, and those of topics', () =>
    withOwn('vhosts', (vhostPath, vhost) =>
      withOwn('users', async (userPath, user) => {
        await statuses(put(vhostPath, {}), put(userPath, { password: 'p', tags: 'management' }));
        const place = `${encodeURIComponent(vhost)}/${encodeURIComponent(user)}`;
        const [path, topics] = [`/api/permissions/${place}`, `/api/topic-permissions/${place}`];
        const rights = { configure: '', write: 'a', read: 'b' };
        expect(await statuses(put(path, ALL), put(path, rights))).toEqual([201, 204]);
        expect(await bodyOf(path)).toEqual({ user, vhost, ...rights });
        expect(await bodyOf(`${userPath}/permissions`)).toEqual([{ user, vhost, ...rights }]);
        const key = { exchange: 'amq.topic', write: 'a', read: 'b' };
        expect(await statuses(put(topics, key), put(topics, key))).toEqual([201, 204]);
        expect(await bodyOf(topics)).toEqual([{ user, vhost, ...key }]);
        expect(await bodyOf(`${vhostPath}/topic-permissions`)).toEqual([{ user, vhost, ...key }]);
        expect(await statuses(remove(topics), remove(topics), remove(path), remove(path))).toEqual([204, 404, 204, 404]);
      }),
    ));

  test('limits: set, read, taken away', () =>
    withOwn('vhosts', async (path, name) => {
      await ask(broker.api, put(path, {}));
      const limits = `/api/vhost-limits/${encodeURIComponent(name)}`;
      expect(await bodyOf(limits)).toEqual([]);
      expect(await statuses(put(`${limits}/max-queues`, { value: 7 }))).toEqual([204]);
      expect(await bodyOf(limits)).toEqual([{ vhost: name, value: { 'max-queues': 7 } }]);
      expect(await statuses(remove(`${limits}/max-queues`), remove(`${limits}/max-queues`), remove(`${limits}/nosuch`))).toEqual([
        204, 204, 204,
      ]);
      expect(await bodyOf(limits)).toEqual([]);
    }));

  test('a limit of queues', () =>
    withOwn('vhosts', async (path, vhost) => {
      await statuses(put(path, {}), put(`/api/vhost-limits/${encodeURIComponent(vhost)}/max-queues`, { value: 1 }));
      const wire = await openWire(urlOf(broker, vhost));
      const declare = async (queue: string, channel: number) => {
        await wire.call({ name: 'channel.open' }, 'channel.open-ok', channel);
        await wire.call({ name: 'queue.declare', queue, exclusive: true }, 'queue.declare-ok', channel);
      };
      await declare('one', 1);
      await declare('one', 2);
      const text = "PRECONDITION_FAILED - cannot declare queue 'two': queue limit in vhost 'VHOST' (1) is reached";
      await expect(declare('two', 3)).rejects.toThrow(text.replace('VHOST', vhost));
      await statuses(put(`/api/vhost-limits/${encodeURIComponent(vhost)}/max-queues`, { value: -1 }));
      await declare('two', 4);
      await wire.close();
    }));

  test('purging', () =>
    withOwn('vhosts', (vhostPath, vhost) =>
      withOwn('users', async (userPath, user) => {
        await statuses(put(vhostPath, {}), put(userPath, { password: 'p', tags: 'administrator' }));
        const wire = await openWire(urlOf(broker, vhost));
        await wire.call({ name: 'channel.open' }, 'channel.open-ok', 1);
        await wire.call({ name: 'confirm.select' }, 'confirm.select-ok', 1);
        const declare = (queue: string, exclusive: boolean, passive = false) =>
          wire.call({ name: 'queue.declare', queue, durable: true, exclusive, passive }, 'queue.declare-ok', 1);
        await declare('q', false);
        await declare('mine', true);
        wire.publish({ routingKey: 'q', body: 'a' });
        await wire.expect('basic.ack', 1);
        const purge = (queue: string) => remove(`/api/queues/${encodeURIComponent(vhost)}/${queue}/contents`);
        expect(await ask(broker.api, { ...purge('q'), auth: `${user}:p` })).toMatchObject({
          status: 401,
          body: { error: 'not_authorised', reason: 'Access refused.' },
        });
        expect(await ask(broker.api, purge('mine'))).toMatchObject({
          status: 400,
          body: { error: 'bad_request', reason: expect.stringMatching(/^cannot obtain exclusive access to locked queue 'mine'/) },
        });
        expect(await statuses(purge('q'))).toEqual([204]);
        expect((await declare('q', false, true)).method.messageCount).toBe(0);
        await wire.close();
      }),
    ));

  /** What the broker says when it closes a connection. */
  const lastWord = async (vhost: string, auth: string, act: (name: string) => Promise<void>) => {
    const wire = await openWire(urlOf(broker, vhost).replace(/\/\/.*@/, `//${auth}@`));
    await act(vhost);
    const { method } = await wire.expect('connection.close', 0);
    wire.send({ name: 'connection.close-ok' });
    wire.destroy();
    return `${method.replyCode} ${method.replyText.replaceAll(/@[0-9a-f]{8}/g, '')}`;
  };

  test('whoever is connected hears of a vhost that is deleted', () =>
    withOwn('vhosts', async (path, name) => {
      await ask(broker.api, put(path, {}));
      const word = await lastWord(name, 'guest:guest', async () => void (await ask(broker.api, remove(path))));
      // real servers stop a vhost before they delete it, and now and then the connection hears of the first
      expect(word).toMatch(/^320 CONNECTION_FORCED - vhost 'changes' is (deleted|down)$/);
      if (broker.lab) expect(word).toContain('deleted');
    }));

  test('whoever is connected hears of a user who is deleted', () =>
    withOwn('vhosts', (vhostPath, vhost) =>
      withOwn('users', async (path, user) => {
        await statuses(put(vhostPath, {}), put(path, { password: 'p', tags: '' }));
        await ask(broker.api, put(`/api/permissions/${encodeURIComponent(vhost)}/${encodeURIComponent(user)}`, ALL));
        const word = await lastWord(vhost, `${encodeURIComponent(user)}:p`, async () => void (await ask(broker.api, remove(path))));
        expect(word).toBe("320 CONNECTION_FORCED - user 'changes' is deleted");
      }),
    ));

  test.each([undefined, 'maintenance'])('whoever is connected hears that the connection is closed, for the reason %s', (reason) =>
    withOwn('vhosts', async (path, name) => {
      await ask(broker.api, put(path, {}));
      const close = async () => {
        const listed = () => bodyOf(`${path}/connections?columns=name`) as Promise<{ name: string }[]>;
        const one = await eventually(
          async () => {
            const [first] = await listed();
            if (first === undefined) throw new Error('not listed yet');
            return first;
          },
          { within: 12_000 },
        );
        const headers: Record<string, string> = reason === undefined ? {} : { 'x-reason': reason };
        const question = { ...remove(`/api/connections/${encodeURIComponent(one.name)}`), headers };
        expect((await ask(broker.api, question)).status).toBe(204);
      };
      expect(await lastWord(name, 'guest:guest', close)).toBe(`320 CONNECTION_FORCED - ${reason ?? 'Closed via management plugin'}`);
    }),
  );
});
