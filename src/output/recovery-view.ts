import type { LabBroker } from '../lab-broker/lab-broker.ts';

/** What a lab broker found in its folder, a line for each thing that its owner should know; none where it found nothing. */
export function recoveryView({ messages, queues, clean, damage, unknown }: NonNullable<LabBroker['recovery']>): readonly string[] {
  const found = queues === 0 ? [] : [`found ${messages} message${messages === 1 ? '' : 's'} in ${queues} queue${queues === 1 ? '' : 's'}`];
  const unclean = clean || messages === 0 ? [] : ['the broker before did not end in good order: all messages count as redelivered'];
  const places = damage.flatMap(({ file, damage: spots }) =>
    spots.map(({ at, length, kind }) =>
      kind === 'torn'
        ? `${file}: the last ${length} bytes, from byte ${at} on, are no whole record and were cut off`
        : `${file}: ${length} bytes from byte ${at} on are damaged; what stood there is lost`,
    ),
  );
  return [...found, ...unclean, ...places, ...(unknown === 0 ? [] : [`${unknown} records say nothing that this version knows`])];
}
