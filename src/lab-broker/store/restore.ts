import type { DefinitionKey } from '../entities/journal.ts';
import type { Policy } from '../entities/policies.ts';
import type { Realm, VhostLimits, VhostNotes } from '../entities/realm.ts';
import type { Permissions } from '../entities/user.ts';
import { decodeBinding, decodeExchange, decodeQueue } from './definitions.ts';
import { parseKey, type StoredState } from './stored-state.ts';

/** Kinds of definitions in the order in which they are made again: each stands on those before it. */
const ORDER = [
  'vhost',
  'notes',
  'limits',
  'user',
  'permissions',
  'topic-permissions',
  'global-parameter',
  'policy',
  'operator_policy',
  'exchange',
  'queue',
  'binding',
];

/** What was restored. */
export interface Restored {
  readonly messages: number;
  readonly queues: number;
  /** Messages of queues that nothing more is known of, since that was where the log is damaged. */
  readonly homeless: number;
}

/**
 * Makes all that was stored again. Unless the broker before ended in good order and nothing is `damaged`, clients may have had any of the
 * messages. Where something is, virtual hosts are made for what was in them.
 */
export function restoreRealm(realm: Realm, state: StoredState, { clean, damaged }: { clean: boolean; damaged: boolean }): Restored {
  if (!clean || damaged) for (const queue of state.queues.values()) for (const entry of queue.values()) entry.redelivered = true;
  const definitions = [...state.definitions].map(([key, content]) => ({ key: parseKey(key), content }));
  if (damaged) for (const { key } of definitions) if (key[1] !== '') realm.addVhost(key[1]);
  for (const kind of ORDER) {
    for (const { key, content } of definitions) if (key[0] === kind) restore(realm, key, content);
  }
  for (const queue of state.queues.values()) for (const { message } of queue.values()) realm.countFrom(message.number);
  let [messages, queues] = [0, 0];
  for (const vhost of realm.vhosts.values()) {
    for (const queue of vhost.topology.queues.values()) {
      queue.restore();
      queues++;
      messages += queue.ready;
    }
  }
  const homeless = damaged ? [...state.queues.values()].reduce((sum, queue) => sum + queue.size, 0) : 0;
  for (const vhost of realm.vhosts.values()) vhost.resume();
  return { messages, queues, homeless };
}

function restore(realm: Realm, [kind, vhost, ...names]: DefinitionKey, content: Buffer): void {
  const place = realm.vhosts.get(vhost);
  const [first = '', second = ''] = names;
  if (kind === 'exchange' && place !== undefined) place.createExchange(decodeExchange(first, content));
  else if (kind === 'queue' && place !== undefined) place.createQueue(decodeQueue(first, content));
  else if (kind === 'binding' && place !== undefined) {
    const { destination, destinationType, routingKey, arguments: table } = decodeBinding(content);
    const source = place.topology.exchanges.get(first);
    const target = destinationType === 'exchange' ? place.topology.exchanges.get(destination) : place.topology.queues.get(destination);
    if (source !== undefined && target !== undefined) place.bind(source, target, routingKey, table);
  } else if (kind === 'vhost') realm.addVhost(vhost);
  else restoreSetting(realm, kind, vhost, first, second, JSON.parse(content.toString()));
}

function restoreSetting(realm: Realm, kind: string, vhost: string, first: string, second: string, value: unknown): void {
  if (kind === 'notes') realm.describe(vhost, value as VhostNotes);
  else if (kind === 'limits') realm.setLimits(vhost, value as VhostLimits);
  else if (kind === 'user') {
    const { tags, passwordHash } = value as { readonly tags: readonly string[]; readonly passwordHash: string };
    realm.putUser(first, { tags, passwordHash: Buffer.from(passwordHash, 'base64') });
  } else if (kind === 'permissions') realm.permit(first, vhost, value as Permissions);
  else if (kind === 'topic-permissions') realm.permitTopics(first, vhost, second, value as Permissions);
  else if (kind === 'global-parameter') realm.putGlobalParameter(first, value);
  else if (kind === 'policy' || kind === 'operator_policy') realm.putPolicy(vhost, kind, value as Policy);
}
