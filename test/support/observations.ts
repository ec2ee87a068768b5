import { differencesOf, expectedOn } from '../contract/differences.ts';
import { Actor } from './actor.ts';
import { describeBrokersAtOnce, type TestBroker } from './brokers.ts';
import { sharedVhost } from './shared-vhost.ts';
import type { WireOptions } from './wire-client.ts';

/** What an observation has to work with. All connections end with it. */
export interface Scene {
  readonly broker: TestBroker;
  readonly actor: Actor;
  /** One more connection to the same vhost. */
  join(options?: WireOptions): Promise<Actor>;
}

/**
 * Makes a test of what a broker does: `expected` is RabbitMQ 4.3's answer, and `look` is given the one of the broker at hand,
 * so that it knows how much to wait for.
 */
export type Observe = <T>(name: string, expected: T, look: (scene: Scene, expected: T) => Promise<unknown>) => void;

interface Observation {
  readonly name: string;
  readonly expected: unknown;
  readonly look: (scene: Scene, expected: never) => Promise<unknown>;
}

/**
 * A test for each observation on each broker, all on a broker in one vhost, some at a time: what they declare has names of its own, and what
 * reaches the vhost's own exchanges reaches all. Differences stand in differences.ts as `PATH/NAME`.
 */
export function describeObservations(path: string, collect: (observe: Observe) => void): void {
  const observations: Observation[] = [];
  collect((name, expected, look) => observations.push({ name, expected, look }));

  describeBrokersAtOnce(path, (broker, test) => {
    const vhost = sharedVhost(broker);
    for (const { name, expected, look } of observations) {
      test(name, async () => {
        const here = expectedOn(broker, `${path}/${name}`, expected);
        const actors: Actor[] = [];
        const join = async (options?: WireOptions): Promise<Actor> => {
          const actor = await Actor.enter(vhost(), options);
          actors.push(actor);
          return actor;
        };
        try {
          expect(await look({ broker, actor: await join(), join }, here as never)).toEqual(here);
        } finally {
          for (const { wire } of actors) wire.destroy();
        }
      });
    }
  });

  test(`${path}: no name twice, no difference without a test`, () => {
    const names = observations.map(({ name }) => `${path}/${name}`);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining([...differencesOf(path)]));
  });
}
