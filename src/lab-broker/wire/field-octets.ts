import type { FieldType } from './field.ts';

/** The octet that names a field's type on the wire. */
export const FIELD_OCTETS = {
  bool: 0x74, // t
  byte: 0x62, // b
  unsignedbyte: 0x42, // B
  short: 0x73, // s
  unsignedshort: 0x75, // u
  signedint: 0x49, // I
  unsignedint: 0x69, // i
  long: 0x6c, // l
  timestamp: 0x54, // T
  float: 0x66, // f
  double: 0x64, // d
  decimal: 0x44, // D
  longstr: 0x53, // S
  binary: 0x78, // x
  array: 0x41, // A
  table: 0x46, // F
  void: 0x56, // V
} as const satisfies Record<FieldType, number>;

/** `L`, which is read as `long` too, but never written. */
export const LONG_TOO = 0x4c;

/** How many octets a value takes, for the types where it is always the same. */
export const FIELD_SIZES = {
  bool: 1,
  byte: 1,
  unsignedbyte: 1,
  short: 2,
  unsignedshort: 2,
  signedint: 4,
  unsignedint: 4,
  long: 8,
  timestamp: 8,
  float: 4,
  double: 8,
  decimal: 5,
  void: 0,
} as const satisfies Partial<Record<FieldType, number>>;
