import type { Realm } from '../entities/realm.ts';
import type { Vhost } from '../entities/vhost.ts';
import { countMessages, noRates } from './message-counts.ts';
import { NODE } from './node-name.ts';

/** A virtual host as JSON. */
export function vhostView(realm: Realm, { name, topology }: Vhost) {
  const counts = countMessages(topology.queues.values());
  const given = realm.notes.get(name) ?? { description: name === '/' ? 'Default virtual host' : '', tags: [] };
  const notes = { description: given.description, tags: [...given.tags], default_queue_type: 'classic' };
  return {
    name,
    ...notes,
    metadata: notes,
    protected_from_deletion: false,
    tracing: false,
    cluster_state: { [NODE]: 'running' },
    ...counts,
    ...noRates(counts),
  };
}
