import { UsageError } from '../errors.ts';
import { closest } from '../suggest.ts';
import type { LoadFlags } from './bench-flags.ts';

/** One of the loads that are compared: what makes it different, and the options for it. */
export interface Variant {
  /** By what was varied, in the order of the options: `{persistence: 'persistent', confirm: '1'}`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly flags: LoadFlags;
}

interface Dimension {
  /** The values that are compared where none are given. */
  readonly values: readonly string[];
  /** The options that a value stands for; undefined: there is no such value. */
  readonly flags: (value: string) => Partial<LoadFlags> | undefined;
}

/** A dimension whose values are those of an option. */
function option(values: readonly string[], flags: (value: string) => Partial<LoadFlags>): Dimension {
  return { values, flags };
}

function choice(choices: Readonly<Record<string, Partial<LoadFlags>>>): Dimension {
  return { values: Object.keys(choices), flags: (value) => (Object.hasOwn(choices, value) ? choices[value] : undefined) };
}

/** What can be varied. */
const DIMENSIONS: Readonly<Record<string, Dimension>> = {
  persistence: choice({ persistent: { transient: false }, transient: { transient: true } }),
  confirm: option(['none', '1', '500'], (value) => ({ confirm: value === 'none' ? false : value })),
  prefetch: option(['1', '10', '500'], (prefetch) => ({ prefetch })),
  ack: choice({ ack: { ackMode: 'ack' }, none: { ackMode: 'none' } }),
  'multi-ack': option(['1', '100'], (multiAck) => ({ multiAck })),
  'queue-type': option(['classic', 'quorum'], (queueType) => ({ queueType })),
  lazy: choice({ default: { lazy: false }, lazy: { lazy: true } }),
  channels: option(['1', '4'], (value) => ({ producerChannels: value, consumerChannels: value })),
  producers: option(['1', '4'], (producers) => ({ producers })),
  consumers: option(['1', '4'], (consumers) => ({ consumers })),
  queues: option(['1', '4'], (queues) => ({ queues })),
  size: option(['100', '1kB', '10kB'], (size) => ({ size })),
  rate: option(['1000', '5000'], (rate) => ({ rate })),
  exchange: option(['default', 'direct', 'topic', 'headers'], (value) => (value === 'default' ? {} : { exchange: value })),
};

/** As many loads are compared at most. */
const MOST = 48;

/** The names of what can be varied, with their usual values. */
export const VARIABLES = Object.entries(DIMENSIONS).map(([name, { values }]) => `${name} (${values.join(', ')})`);

/**
 * All combinations of what `--vary` names, the first one of the first values: `persistence` takes its usual values, `confirm=1,100` those.
 * Several may stand in one, after commas: `persistence,confirm`. Throws UsageError.
 */
export function variantsOf(vary: readonly string[], flags: LoadFlags): readonly Variant[] {
  const chosen = vary.flatMap((text) => (text.includes('=') ? [text] : text.split(','))).map(parseDimension);
  if (chosen.length === 0) {
    throw new UsageError('there is nothing to compare', {
      hint: `name what to vary: --vary persistence,confirm, of ${VARIABLES.join(', ')}`,
    });
  }
  const twice = chosen.find(({ name }, i) => chosen.some((other, j) => j < i && other.name === name));
  if (twice !== undefined) throw new UsageError(`--vary ${twice.name} is given twice`, { hint: 'give all its values at once' });
  let variants: readonly Variant[] = [{ labels: {}, flags }];
  for (const { name, values } of chosen) {
    variants = variants.flatMap(({ labels, flags: before }) =>
      values.map(({ value, flags: changes }) => ({ labels: { ...labels, [name]: value }, flags: { ...before, ...changes } })),
    );
  }
  if (variants.length < 2) throw new UsageError('there is nothing to compare it with', { hint: 'give two values or more' });
  if (variants.length <= MOST) return variants;
  throw new UsageError(`--vary: these are ${variants.length} combinations`, { hint: `give fewer values; ${MOST} at most` });
}

interface Chosen {
  readonly name: string;
  readonly values: readonly { readonly value: string; readonly flags: Partial<LoadFlags> }[];
}

function parseDimension(text: string): Chosen {
  const [name = '', given] = text.split(/=(.*)/s);
  const dimension = Object.hasOwn(DIMENSIONS, name) ? DIMENSIONS[name] : undefined;
  if (dimension === undefined) {
    const near = closest(name, Object.keys(DIMENSIONS));
    if (name.includes(',')) {
      throw new UsageError(`--vary: '${text}' mixes names and values`, { hint: `--vary ${text.replaceAll(/,(?=[^=]*=)/g, ' --vary ')}` });
    }
    throw new UsageError(`--vary: '${name}' cannot be varied`, {
      hint: near === undefined ? `vary ${Object.keys(DIMENSIONS).join(', ')}` : `--vary ${text.replace(name, near)}`,
    });
  }
  const words = given === undefined ? dimension.values : given.split(',');
  if (new Set(words).size < words.length) throw new UsageError(`--vary ${name}: a value is given twice`, { hint: 'give each once' });
  const values = words.map((value) => {
    const flags = value === '' ? undefined : dimension.flags(value);
    if (flags !== undefined) return { value, flags };
    throw new UsageError(`--vary ${name}: '${value}' is no value of it`, { hint: `as --vary ${name}=${dimension.values.join(',')}` });
  });
  return { name, values };
}
