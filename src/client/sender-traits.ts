import type { FieldValue, Message, Properties } from './message.ts';

/** Properties without the user id and the CC and BCC headers, save what is to be kept. */
export function withoutSenderTraits(
  properties: Message['properties'],
  keep: { readonly cc: boolean; readonly userId: boolean },
): Message['properties'] {
  const { userId, headers, ...rest } = properties;
  const kept: Record<string, FieldValue> = {};
  for (const [name, value] of Object.entries(headers ?? {})) if (keep.cc || (name !== 'CC' && name !== 'BCC')) kept[name] = value;
  return {
    ...rest,
    ...(Object.keys(kept).length === 0 ? {} : { headers: kept }),
    ...(keep.userId && userId !== undefined ? { userId } : {}),
  };
}

/** Properties without the headers in which a quorum queue counts deliveries: they are its own, not the message's. */
export function withoutQueueTraits(properties: Properties): Properties {
  const { 'x-delivery-count': _delivered, 'x-acquired-count': _acquired, ...headers } = properties.headers ?? {};
  const { headers: _all, ...rest } = properties;
  return Object.keys(headers).length === 0 ? rest : { ...rest, headers };
}
