import type { Command } from 'commander';
import { formatEnvelope, PROPERTY_NAMES } from '../client/envelope.ts';
import { formatFieldValue } from '../client/field-text.ts';
import type { Delivery } from '../client/message.ts';
import { createDeliveryFormat, type DeliveryFormat } from '../output/delivery-format.ts';
import { deliveryView } from '../output/delivery-view.ts';
import { parseInteger } from '../values.ts';
import type { Lab } from './lab.ts';
import { hidden } from './options.ts';

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
    { envelope: formatEnvelope, fieldValue: formatFieldValue, propertyNames: PROPERTY_NAMES },
  );
}

/** A delivery as a person reads it, wherever stdout goes. */
export function deliveryBlock(lab: Lab, delivery: Delivery): string {
  const { color, isTerminal } = lab.out;
  const formats = { envelope: formatEnvelope, fieldValue: formatFieldValue, propertyNames: PROPERTY_NAMES };
  return deliveryView(delivery, { color: color && isTerminal, ascii: lab.settings.ascii }, formats).trimEnd();
}

/** The options of a command that shows a few messages. */
export interface FewFlags extends DisplayFlags {
  readonly count?: string;
  readonly limit?: string;
}

/** Adds the options of FewFlags to a command. */
export function withFewOptions(command: Command): Command {
  return command
    .option('-n, --count <n>', 'up to so many messages (default 1)')
    .option('--raw', 'the bodies, byte for byte, with nothing between')
    .option('--format <template>', 'a line for each: {{body}} {{routingKey}} {{header NAME}} …')
    .addOption(hidden('--limit <n>'));
}

/** How many messages are asked for: one, unless a flag says otherwise. */
export function parseFew({ count, limit }: FewFlags): number {
  return parseInteger(count ?? limit ?? '1', '--count', 1, 65_535);
}
