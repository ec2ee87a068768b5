import { erlangOctets } from './erlang-text.ts';
import type { Table } from './field.ts';
import { uint16At, uint32At, uint64At } from './integers.ts';
import { type MethodRow, type Unit, unitsOf } from './method-row.ts';
import { isUtf8At, textAt } from './short-text.ts';
import { decodeTable } from './table.ts';
import { WireFault } from './wire-fault.ts';

/** A method that is being read. */
type Draft = Record<string, string | number | boolean | Buffer | Table>;

/** Reads what is at `at` into the draft and answers where the next argument begins. */
type Step = (payload: Buffer, at: number, draft: Draft) => number;

/** Class and method in front of the arguments, in octets. */
const PROLOGUE = 4;

/**
 * Makes the function that reads a method's payload. What it answers keeps nothing of the payload.
 *
 * Whether the payload was long enough shows at the end, which must be the payload's: until then a step may read nothing where
 * there should be something. RabbitMQ looks at all lengths first, so a fault on the way counts only if these are right.
 */
export function compileDecoder(row: MethodRow): (payload: Buffer) => object {
  const units = unitsOf(row);
  const steps = units.map((unit) => stepOf(unit, row.content !== true));
  const { name } = row;
  return (payload) => {
    const draft: Draft = { name };
    try {
      let at = PROLOGUE;
      for (const step of steps) at = step(payload, at, draft);
      if (at === payload.length) return draft;
    } catch (fault) {
      if (endOf(units, payload) === payload.length) throw fault;
    }
    throw new WireFault('syntax', `cannot decode ${erlangOctets(payload.subarray(PROLOGUE))}`);
  };
}

/** Where the arguments end, as far as lengths tell. */
function endOf(units: readonly Unit[], payload: Buffer): number {
  let at = PROLOGUE;
  for (const { type } of units) {
    if (type === 'shortstr') at += 1 + (payload[at] ?? 0);
    else if (type === 'longstr' || type === 'table') at += 4 + uint32At(payload, at);
    else at += SIZES[type];
  }
  return at;
}

const SIZES = { bit: 1, octet: 1, short: 2, long: 4, longlong: 8 };

/** Only where no content follows does RabbitMQ look whether names are UTF-8. */
function stepOf({ type, names }: Unit, strict: boolean): Step {
  const [name] = names;
  switch (type) {
    case 'shortstr':
      return strict ? strictText(name) : anyText(name);
    case 'bit':
      return names.length === 1 ? oneBit(name) : bits(names);
    case 'octet':
      return (payload, at, draft) => {
        draft[name] = payload[at] ?? 0;
        return at + 1;
      };
    case 'short':
      return (payload, at, draft) => {
        draft[name] = uint16At(payload, at);
        return at + 2;
      };
    case 'long':
      return (payload, at, draft) => {
        draft[name] = uint32At(payload, at);
        return at + 4;
      };
    case 'longlong':
      return (payload, at, draft) => {
        draft[name] = uint64At(payload, at);
        return at + 8;
      };
    case 'longstr':
      return (payload, at, draft) => {
        const end = at + 4 + uint32At(payload, at);
        draft[name] = Buffer.from(payload.subarray(at + 4, end));
        return end;
      };
    case 'table':
      return (payload, at, draft) => {
        const end = at + 4 + uint32At(payload, at);
        // A copy for all strings of the table, which would be views into a chunk of the socket otherwise.
        draft[name] = decodeTable(Buffer.from(payload.subarray(at, end)), 0).table;
        return end;
      };
  }
}

function anyText(name: string): Step {
  return (payload, at, draft) => {
    const length = payload[at] ?? 0;
    draft[name] = textAt(payload, at + 1, length);
    return at + 1 + length;
  };
}

function strictText(name: string): Step {
  return (payload, at, draft) => {
    const length = payload[at] ?? 0;
    if (!isUtf8At(payload, at + 1, length)) throw new WireFault('syntax', 'Malformed UTF-8 in shortstr');
    draft[name] = textAt(payload, at + 1, length);
    return at + 1 + length;
  };
}

function oneBit(name: string): Step {
  return (payload, at, draft) => {
    draft[name] = ((payload[at] ?? 0) & 1) !== 0;
    return at + 1;
  };
}

function bits(names: readonly string[]): Step {
  return (payload, at, draft) => {
    let octet = payload[at] ?? 0;
    for (const name of names) {
      draft[name] = (octet & 1) !== 0;
      octet >>= 1;
    }
    return at + 1;
  };
}
