import type { LabBroker } from '../lab-broker/lab-broker.ts';

/** What a lab broker found in its folder, a line for each thing that its owner should know; none where it found nothing. */
export function recoveryView({
  messages,
  queues,
  clean,
  damage,
  unknown,
  homeless,
}: NonNullable<LabBroker['recovery']>): readonly string[] {
  const found = queues === 0 ? [] : [`found ${messages} message${messages === 1 ? '' : 's'} in ${queues} queue${queues === 1 ? '' : 's'}`];
  const whole = damage.length === 0 && unknown === 0;
  const why = clean ? 'not all could be read' : 'the broker before did not end in good order';
  const unclean = messages === 0 || (clean && whole) ? [] : [`${why}: all messages count as redelivered`];
  const lost = homeless === 0 ? [] : [`${homeless} message${homeless === 1 ? ' was' : 's were'} in queues that are lost`];
  const places = damage.flatMap(({ file, damage: spots }) =>
    spots.map(({ at, length, kind }) =>
      kind === 'torn'
        ? `${file}: the last ${length} bytes, from byte ${at} on, are no whole record and were cut off`
        : `${file}: ${length} bytes from byte ${at} on are damaged; what stood there is lost`,
    ),
  );
  return [...found, ...unclean, ...places, ...lost, ...(unknown === 0 ? [] : [`${unknown} records say nothing that this version knows`])];
}
