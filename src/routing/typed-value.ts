/**
 * A value as it stands in an AMQP table, with the type that it travels under. The values by type are those of the wire's fields:
 * bool boolean; byte, short and the like number; long and timestamp bigint; float and double number; decimal `{ scale, unscaled }`;
 * longstr and binary Buffer; array a list of typed values; table a list of pairs; void null.
 */
export interface TypedValue {
  readonly type: string;
  readonly value: unknown;
}

/** A message's headers or a binding's arguments, in the order in which they were sent; a name may come twice. */
export type Headers = readonly (readonly [name: string, value: TypedValue])[];
