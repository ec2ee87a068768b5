import { LabError } from '../errors.ts';
import type { Namespace } from '../lessons/namespace.ts';
import { wrapText } from '../output/lesson-wrap.ts';
import { topologyPicture } from '../output/topology-picture.ts';
import { type Inventory, readInventory } from '../topology/inventory.ts';
import { pictureOf } from '../topology/picture.ts';
import type { Lab } from './lab.ts';

/** Looks at the broker again and answers the picture, '' when nothing has changed. `ran`: the command lines since the last look. */
export type Look = (ran: readonly (readonly string[])[]) => Promise<string>;

const NOTHING: Inventory = { exchanges: [], queues: [], bindings: [], counts: 'current' };

/** Begins to look at the lesson's namespace. Without a management API there are no pictures, which is said once. */
export async function createLook(lab: Lab, namespace: Namespace, columns: number): Promise<Look> {
  const management = await lab.management();
  let works = true;
  const read = async (): Promise<Inventory | undefined> => {
    if (!works || lab.interrupted.aborted) return undefined;
    try {
      return onlyOwn(await readInventory(management, namespace.vhost), namespace);
    } catch (cause) {
      if (!(cause instanceof LabError)) throw cause;
      works = false;
      lab.note(wrapText(`there will be no pictures: ${cause.message}`, columns, 0));
      return undefined;
    }
  };
  let before = (await read()) ?? NOTHING;
  let showDefault = false;
  return async (ran) => {
    const after = await read();
    if (after === undefined) return '';
    const picture = pictureOf({ before, after, ran, showDefault });
    before = after;
    showDefault ||= picture?.exchanges.some(({ name }) => name === '') ?? false;
    return picture === undefined ? '' : topologyPicture(picture, { color: lab.out.color, ascii: lab.settings.ascii, columns });
  };
}

/** Of a vhost that others use too, what is the lesson's. */
function onlyOwn(inventory: Inventory, { made }: Namespace): Inventory {
  if (made === undefined) return inventory;
  const owns = (kind: 'queue' | 'exchange', name: string) => made.some((entry) => entry.kind === kind && entry.name === name);
  const bindings = inventory.bindings.filter(({ destinationType, destination }) => owns(destinationType, destination));
  const used = new Set(bindings.map(({ source }) => source));
  return {
    ...inventory,
    bindings,
    queues: inventory.queues.filter(({ name }) => owns('queue', name)),
    exchanges: inventory.exchanges.filter(({ name }) => owns('exchange', name) || used.has(name)),
  };
}
