/** How an argument of a method stands on the wire. Neighbouring bits share an octet, the first in its lowest bit. */
export type ArgumentType = 'bit' | 'octet' | 'short' | 'long' | 'longlong' | 'shortstr' | 'longstr' | 'table';

/** A method as the protocol describes it. */
export interface MethodRow {
  /** Class and method, as the protocol spells them: `queue.declare-ok`. */
  readonly name: string;
  readonly classId: number;
  readonly methodId: number;
  /** Whether a content header and a body follow. */
  readonly content?: true;
  /** In the order of the wire. */
  readonly args: readonly (readonly [name: string, type: ArgumentType])[];
}

/** Arguments that share their octets: one, or up to eight bits. */
export interface Unit {
  readonly type: ArgumentType;
  readonly names: readonly [string, ...string[]];
}

/** The arguments of a method, bits taken together. */
export function unitsOf({ args }: MethodRow): readonly Unit[] {
  const units: { type: ArgumentType; names: [string, ...string[]] }[] = [];
  for (const [name, type] of args) {
    const last = units.at(-1);
    if (type === 'bit' && last?.type === 'bit' && last.names.length < 8) last.names.push(name);
    else units.push({ type, names: [name] });
  }
  return units;
}
