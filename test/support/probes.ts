import { differencesOf, expectedOn } from '../contract/differences.ts';
import { describeBrokersAtOnce, type TestBroker, type TestVhost } from './brokers.ts';
import { type LimitedUser, limitedUser, type Permissions, urlFor } from './limited-user.ts';
import { own, plainText } from './names.ts';
import { type Answers, type Outcome, outcomeOf } from './outcome.ts';
import { sharedVhost } from './shared-vhost.ts';
import { openWire, type WireClient } from './wire-client.ts';

/** What a probe has to work with. */
export interface Ground {
  readonly broker: TestBroker;
  readonly vhost: TestVhost;
  /** A name that no other probe has. What a broker says of it is read as `name` again. */
  own(name: string): string;
  /** A connection with channel 1 open. */
  join(): Promise<WireClient>;
  /** The same for the user with few permissions; `permissions` of `describeProbes` has made it. */
  joinLimited(): Promise<WireClient>;
  user(): LimitedUser;
}

/** Where a provocation happens: what is opened through it is closed afterwards. */
export interface Stage extends Ground {
  /** What `connect` gave. */
  readonly wire: WireClient;
}

interface Row {
  /** Says what the client does; unique in its group. */
  readonly name: string;
  /** What RabbitMQ 4.3 makes of it. */
  readonly expect: Outcome;
  /** It takes seconds: begun before the first test of its group, so that such probes wait together. */
  readonly slow?: boolean;
}

/** Something a client does over AMQP. */
export interface Provocation extends Row {
  /** Where it begins; `Ground.join` if not said. */
  readonly connect?: (ground: Ground) => Promise<WireClient>;
  /** Only sends what is in question: the answer is the outcome. */
  readonly provoke: (stage: Stage) => unknown;
  /**
   * The channel that is tried afterwards, opened before if it is not the first. 1 if not said, but none where `connect` is given:
   * then the first thing that comes is the outcome.
   */
  readonly fence?: number | 'none';
}

/** Something that needs no AMQP client, or a worse one. */
export interface Observation extends Row {
  readonly observe: (ground: Ground) => Promise<Outcome>;
}

/** One thing that a client does, and what comes of it. */
export type Probe = Provocation | Observation;

/**
 * A test for each probe on each broker, all of a group on a broker in one vhost, some at a time. Differences stand in differences.ts as
 * `errors/GROUP/NAME`.
 */
export function describeProbes(group: string, probes: readonly Probe[], { permissions }: { permissions?: Permissions } = {}): void {
  const path = `errors/${group}`;
  describeBrokersAtOnce(path, (broker, test) => {
    const vhost = sharedVhost(broker);
    const user = permissions && limitedUser(broker, vhost, permissions);
    const watch = (probe: Probe): Promise<Outcome> =>
      watchOn(groundOf(broker, vhost(), user), probe, expectedOn(broker, `${path}/${probe.name}`, probe.expect));
    const begun = new Map<Probe, Promise<Outcome>>();
    beforeAll(() => {
      for (const probe of probes.filter(({ slow }) => slow)) {
        const outcome = watch(probe);
        outcome.catch(() => undefined); // its test says so
        begun.set(probe, outcome);
      }
    });
    for (const probe of probes) {
      test(probe.name, async () => {
        const outcome = await (begun.get(probe) ?? watch(probe));
        expect(outcome).toMatchObject(expectedOn(broker, `${path}/${probe.name}`, probe.expect));
      });
    }
  });

  test(`${path}: no name twice, no difference without a probe`, () => {
    const names = probes.map(({ name }) => `${path}/${name}`);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(differencesOf(path)));
  });
}

async function watchOn(ground: Ground, probe: Probe, expected: Outcome): Promise<Outcome> {
  if ('observe' in probe) return tidy(await probe.observe(ground), ground.vhost.vhost);
  const { connect = ground.join } = probe;
  const channel = probe.fence ?? (probe.connect === undefined ? 1 : 'none');
  const fence = channel === 'none' ? undefined : channel;
  const wires: WireClient[] = [];
  const kept = async (made: Promise<WireClient>): Promise<WireClient> => {
    const wire = await made;
    wires.push(wire);
    return wire;
  };
  const connecting = performance.now();
  const wire = await kept(connect(ground));
  try {
    if (fence !== undefined && fence > 1) await openChannel(wire, fence);
    await probe.provoke({ ...ground, join: () => kept(ground.join()), wire });
    const outcome = await outcomeOf(wire, { fence, expected, connecting });
    await recover(wire, outcome);
    return tidy(outcome, ground.vhost.vhost);
  } finally {
    for (const opened of wires) opened.destroy();
  }
}

async function openChannel(wire: WireClient, channel: number): Promise<void> {
  await wire.call({ name: 'channel.open' }, 'channel.open-ok', channel);
}

/** A closed channel's number can be used again, and a closed connection ends: for whatever reason it was closed. */
async function recover(wire: WireClient, outcome: Outcome): Promise<void> {
  if (outcome.level === 'channel') {
    wire.send({ name: 'channel.close-ok' });
    await openChannel(wire, 1);
    await wire.call({ name: 'basic.qos' }, 'basic.qos-ok');
  }
  if (outcome.level === 'connection') {
    wire.send({ name: 'connection.close-ok' });
    await wire.closed;
  }
}

function groundOf(broker: TestBroker, vhost: TestVhost, user: LimitedUser | undefined): Ground {
  const join = async (url: string): Promise<WireClient> => {
    const wire = await openWire(url);
    await openChannel(wire, 1);
    return wire;
  };
  const limited = (): LimitedUser => {
    if (user === undefined) throw new Error('this group of probes has no user of its own');
    return user;
  };
  return {
    broker,
    vhost,
    own,
    join: () => join(vhost.url),
    user: limited,
    joinLimited: () => join(urlFor(vhost.url, limited())),
  };
}

/** Gives names their short forms again. */
function tidy(outcome: Outcome, vhost: string): Outcome {
  if (outcome.level === 'channel' || outcome.level === 'connection') return { ...outcome, text: plainText(outcome.text, vhost) };
  if (outcome.level !== 'ok') return outcome;
  const plain = (value: unknown): unknown => (typeof value === 'string' ? plainText(value, vhost) : value);
  const answers = outcome.answers.map((answer) => Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, plain(value)])));
  return { level: 'ok', answers: answers as unknown as Answers['answers'] };
}
