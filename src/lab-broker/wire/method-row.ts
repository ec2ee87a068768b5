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
