import { formatEnvelope } from '../client/envelope.ts';
import { formatFieldValue } from '../client/field-text.ts';
import { createDeliveryFormat, type DeliveryFormat } from '../output/delivery-format.ts';
import type { Lab } from './lab.ts';

/** The options that say how deliveries are written. */
export interface DisplayFlags {
  readonly raw?: boolean;
  readonly format?: string;
}

/** How deliveries are written to this Lab's stdout; throws UsageError when the flags contradict each other. */
export function deliveryFormatOf(lab: Lab, { raw, format }: DisplayFlags): DeliveryFormat {
  const { json, ascii } = lab.settings;
  const { isTerminal, color } = lab.out;
  return createDeliveryFormat(
    { json, ascii, isTerminal, color, ...(raw === undefined ? {} : { raw }), ...(format === undefined ? {} : { format }) },
    { envelope: formatEnvelope, fieldValue: formatFieldValue },
  );
}
