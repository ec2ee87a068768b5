import type { Field } from '../wire/field.ts';

/** The value of an integer of any width; undefined for every other type. */
export function integerOf(field: Field | undefined): number | undefined {
  switch (field?.type) {
    case 'byte':
    case 'unsignedbyte':
    case 'short':
    case 'unsignedshort':
    case 'signedint':
    case 'unsignedint':
      return field.value;
    case 'long':
      return Number(field.value);
    default:
      return undefined;
  }
}
